"""The records that are published: readable by the contract, and the same every time."""

from datetime import UTC, date, datetime
from pathlib import Path

from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.outputs import Output, Outputs
from chassis.reader.outcome import Readable, read
from contracts.event import Event
from contracts.export_metrics import (
    Contribution,
    Cursor,
    PartitionClosed,
    RiskTriggerConstituted,
    RiskTriggerWithdrawn,
)
from contracts.topics import TOPICS
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests.events import (
    TIME,
    Log,
    delivered,
    envelope,
    exported,
    goods,
    lost,
    uuid_of,
)
from services.export_metrics.tests.test_fold_properties import fold_into

A = uuid_of("a")
LOG = (Log().opened().append(A, 1, exported(goods(5, quantity=None))).append(A, 2, lost())).append(
    A, 3, delivered()
)
BY_NAME = {topic.name: topic for topic in TOPICS}


def outputs(folder: Path) -> list[Output]:
    ledger = Ledger(EXPORT_STATISTICS, folder, 1, 3)
    fold_into(ledger, LOG, 0, 4)
    unpublished = ledger.unpublished()
    ledger.close()
    return list(Outputs(EXPORT_STATISTICS, 1, 3).encode(unpublished, unpublished.said))


def readable(output: Output) -> Readable:
    topic = BY_NAME[output.topic]
    key, value, headers = output.record
    found = read(key, value, headers, topic=topic, wanted=topic.events)
    assert isinstance(found, Readable), found
    return found


def test_all_outputs_are_events_of_their_topics(tmp_path: Path) -> None:
    found = [readable(output).event for output in outputs(tmp_path)]

    assert [type(event) for event in found] == [
        Contribution,
        RiskTriggerConstituted,
        RiskTriggerWithdrawn,
        PartitionClosed,
        Cursor,
    ]
    contribution = found[0]
    assert isinstance(contribution, Contribution)
    assert contribution.knowledge_day == date(2026, 3, 2)
    assert (contribution.fob_mad_centimes, contribution.shipments) == (5, 1)
    assert (contribution.quantity_thousandths, contribution.cell.unit) == (None, None)


def test_the_same_ledger_gives_the_same_bytes(tmp_path: Path) -> None:
    assert outputs(tmp_path / "1") == outputs(tmp_path / "2")


def test_compacted_records_are_keyed_by_what_they_replace(tmp_path: Path) -> None:
    keyed: list[Event] = []
    for output in outputs(tmp_path):
        found = readable(output)
        if isinstance(found.event, Contribution | PartitionClosed | Cursor):
            keyed.append(found.event)
            assert found.envelope.partitionkey == found.event.record_key()
    assert len(keyed) == 3


def test_a_trigger_is_placed_timed_and_caused(tmp_path: Path) -> None:
    _, constituted, withdrawn, closed, _ = [readable(o).envelope for o in outputs(tmp_path)]

    assert constituted.subject == withdrawn.subject
    assert (constituted.sequence, withdrawn.sequence) == (1, 2)
    assert constituted.partitionkey == A
    assert constituted.causationid == envelope(lost(), A, 2).id
    assert constituted.time == TIME
    assert closed.time == datetime(2026, 3, 1, tzinfo=UTC)
