"""The read model of the registry."""

from datetime import UTC, date, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chassis.reader.outcome import Readable
from contracts.envelope import Envelope, source_of
from contracts.event import Event
from contracts.exports import ExporterStamp
from contracts.registry import ProducerCorrected, ProducerMoved, ProducerRegistered
from contracts.values import ProducerKind, WomenLed
from services.exports.commands import RestampExporter
from services.exports.store import project

PRODUCER = "5b5e8c2e-6f0f-5a35-9d0c-0f4c51d0f7aa"
DAY = date(2025, 3, 8)
REGISTERED = ProducerRegistered(
    registered_on=DAY,
    kind=ProducerKind.UNKNOWN,
    region="MA-01",
    women_led=WomenLed.UNKNOWN,
    chain="wood",
)
MOVED = ProducerMoved(moved_on=DAY, region="MA-02")
CORRECTED = ProducerCorrected(
    corrected_on=DAY,
    kind=ProducerKind.ARTISAN,
    women_led=WomenLed.NO,
    reason="mistyped",
)
HISTORY = (REGISTERED, MOVED, CORRECTED, MOVED)


def read(ordinal: int, event: Event, producer_id: str = PRODUCER) -> Readable:
    return Readable(
        Envelope(
            id=f"{ordinal:08d}-0000-5000-8000-000000000000",
            source=source_of("registry"),
            type=event.event_type(),
            time=datetime(2025, 3, 8, tzinfo=UTC),
            subject=producer_id,
            dataschema=event.dataschema(),
            data=event.encode(),
            partitionkey=producer_id,
            sequence=ordinal,
        ),
        event,
    )


EVENTS = [read(ordinal, event) for ordinal, event in enumerate(HISTORY, start=1)]
AT_THE_END = ExporterStamp(
    producer_id=PRODUCER,
    registry_ordinal=4,
    kind=ProducerKind.ARTISAN,
    region="MA-02",
    women_led=WomenLed.NO,
)


@given(st.lists(st.integers(1, len(EVENTS)), max_size=4), st.integers(0, len(EVENTS)))
def test_batches_and_repeats_lead_to_the_same(cuts: list[int], repeat_from: int) -> None:
    known: dict[str, ExporterStamp] = {}
    edges = [0, *sorted(cuts), len(EVENTS)]

    for start, end in pairwise(edges):
        changed, _ = project(known, EVENTS[start:end])
        known |= changed
    repeated, _ = project(known, EVENTS[repeat_from:])

    assert known == {PRODUCER: AT_THE_END}
    assert repeated == {}


def test_a_correction_is_told_as_the_registry_said_it_however_often() -> None:
    _, first = project({}, EVENTS[:3])
    _, again = project({PRODUCER: AT_THE_END}, EVENTS[2:3])

    (correction,) = first
    assert correction.corrected == RestampExporter(
        registry_ordinal=3, kind=ProducerKind.ARTISAN, women_led=WomenLed.NO
    )
    assert correction.event_id == EVENTS[2].envelope.id
    assert again == first
