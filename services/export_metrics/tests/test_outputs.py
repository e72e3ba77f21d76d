"""The records that are published: readable by the contract, and the same every time."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from chassis.folding.ledger.contributions import ContributionRow
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.about import about_a_day
from chassis.folding.publishing.outputs import Output, Outputs
from chassis.outbox import event_id
from chassis.reader.outcome import Readable, read
from contracts.codec import KafkaRecord, to_kafka
from contracts.envelope import Envelope, source_of
from contracts.event import Event
from contracts.export_metrics import (
    Cell,
    Contribution,
    Cursor,
    ExporterContribution,
    ExposureContribution,
    PartitionClosed,
    RiskTriggerConstituted,
    RiskTriggerWithdrawn,
)
from contracts.export_metrics import ExporterCell as ContractExporterCell
from contracts.export_metrics import ExposureCell as ContractExposureCell
from contracts.topics import TOPICS, statistics
from contracts.values import ProducerKind, WomenLed
from services.export_metrics.domain.exporters import ExporterCell
from services.export_metrics.domain.exposure import ExposureCell
from services.export_metrics.domain.figures import CellKey
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
        ExporterContribution,
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
    *_, constituted, withdrawn, closed, _ = [readable(o).envelope for o in outputs(tmp_path)]

    assert constituted.subject == withdrawn.subject
    assert (constituted.sequence, withdrawn.sequence) == (1, 2)
    assert constituted.partitionkey == A
    assert constituted.causationid == envelope(lost(), A, 2).id
    assert constituted.time == TIME
    assert closed.time == datetime(2026, 3, 1, tzinfo=UTC)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
CELLS = st.builds(
    CellKey,
    *[TEXT] * 8,
    st.sampled_from([kind.value for kind in ProducerKind]),
    st.sampled_from([led.value for led in WomenLed]),
    TEXT,
    st.none(),
)
NOT_ASCII = CellKey._make([*["é\u2028\x7f\x00"] * 8, "cooperative", "yes", "\U0001f9f6", None])
ESCAPED = CellKey._make([*['"\\/\n\b\f'] * 8, "cooperative", "yes", "<&>", None])
TOTALS = st.integers(-(10**16), 10**16)


def by_the_contract(
    generation: int,
    partition: int,
    day: date,
    cell: CellKey,
    measures: tuple[int, int, int | None, int],
) -> KafkaRecord:
    """A contribution as the contract's model, the outbox and the codec make it."""
    stated = cell._asdict()
    stated["exporter_kind"] = ProducerKind(cell.exporter_kind)
    stated["women_led"] = WomenLed(cell.women_led)
    fob, grams, quantity, shipments = measures
    event = Contribution.model_construct(
        generation=generation,
        partition=partition,
        knowledge_day=day,
        cell=Cell.model_construct(None, **stated),
        fob_mad_centimes=fob,
        net_mass_grams=grams,
        quantity_thousandths=quantity,
        shipments=shipments,
    )
    source, key, data = source_of(event.owner), event.record_key(), event.encode()
    envelope = Envelope(
        id=event_id(source, key, 0, event.event_type(), data),
        source=source,
        type=event.event_type(),
        time=datetime(day.year, day.month, day.day, tzinfo=UTC),
        subject=key,
        dataschema=event.dataschema(),
        data=data,
        partitionkey=key,
    )
    return to_kafka(envelope)


@given(
    st.integers(1, 9),
    st.integers(0, 99),
    st.dates(),
    CELLS,
    TEXT | st.none(),
    st.tuples(TOTALS, TOTALS, TOTALS, TOTALS),
)
@example(1, 0, date(2026, 3, 2), NOT_ASCII, "m²", (1, 2, 3, 4))
@example(1, 11, date(26, 3, 2), ESCAPED, None, (0, -1, 0, -(10**16)))
def test_a_contribution_is_byte_for_byte_what_the_contract_makes(
    generation: int,
    partition: int,
    day: date,
    cell: CellKey,
    unit: str | None,
    totals: tuple[int, int, int, int],
) -> None:
    cell = cell._replace(unit=unit)
    fob, grams, quantity, shipments = totals
    measures = (fob, grams, None if unit is None else quantity, shipments)
    outputs = Outputs(EXPORT_STATISTICS, generation, partition)

    made = outputs._contribution(ContributionRow(cell, day.isoformat(), measures))

    assert made.topic == statistics(generation).name
    assert made.record == by_the_contract(generation, partition, day, cell, measures)


@given(TEXT, TEXT, st.integers(0, 99), st.dates(), TOTALS, TOTALS)
@example('"\\/', "\u2028", 3, date(26, 3, 2), 0, -1)
def test_so_are_those_of_the_other_kinds(
    one: str, other: str, partition: int, day: date, number: int, second: int
) -> None:
    outputs = Outputs(EXPORT_STATISTICS, 2, partition)
    place: dict[str, Any] = {"generation": 2, "partition": partition, "knowledge_day": day}
    owed = ExposureContribution.model_construct(
        None,
        **place,
        cell=ContractExposureCell.model_construct(None, debtor=one, country=other),
        open_mad_centimes=number,
    )
    described = (ProducerKind.ARTISAN, WomenLed.YES)
    stated: dict[str, Any] = dict(
        zip(ExporterCell._fields, ("2026-03", one, other, *described), strict=True)
    )
    exporter = ExporterContribution.model_construct(
        None,
        **place,
        cell=ContractExporterCell.model_construct(None, **stated),
        fob_mad_centimes=number,
        shipments=second,
    )

    for event, cell, measures in (
        (owed, ExposureCell(one, other), (number,)),
        (exporter, ExporterCell("2026-03", one, other, *map(str, described)), (number, second)),
    ):
        made = outputs._contribution(ContributionRow(cell, day.isoformat(), measures))
        assert made.record == about_a_day(
            "urn:zarbia:export-metrics", event, event.record_key(), day
        )
