"""The read model of the registry."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.reader.outcome import Readable, UnfitError
from contracts.envelope import Envelope, source_of
from contracts.event import Event
from contracts.exports import ExporterStamp
from contracts.registry import ProducerCorrected, ProducerMoved, ProducerRegistered
from contracts.values import ProducerKind, WomenLed
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
    region="MA-03",
    women_led=WomenLed.NO,
    chain="wood",
    reason="mistyped",
)
HISTORY = (REGISTERED, MOVED, CORRECTED, MOVED)


def read(ordinal: int, event: Event) -> Readable:
    return Readable(
        Envelope(
            id=f"{ordinal:08d}-0000-5000-8000-000000000000",
            source=source_of("registry"),
            type=event.event_type(),
            time=datetime(2025, 3, 8, tzinfo=UTC),
            subject=PRODUCER,
            dataschema=event.dataschema(),
            data=event.encode(),
            partitionkey=PRODUCER,
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


def test_a_correction_is_told_with_the_stamp_that_holds_then() -> None:
    _, corrections = project({}, EVENTS[:3])

    (correction,) = corrections
    assert (correction.exporter.registry_ordinal, correction.exporter.region) == (3, "MA-03")
    assert correction.event_id == EVENTS[2].envelope.id


def test_a_correction_that_comes_again_is_told_again() -> None:
    _, corrections = project({PRODUCER: AT_THE_END}, EVENTS[2:3])

    assert [correction.exporter for correction in corrections] == [AT_THE_END]


def test_a_change_of_what_nobody_told_of_is_set_aside() -> None:
    with pytest.raises(UnfitError) as caught:
        project({}, [EVENTS[1]])

    assert (caught.value.index, caught.value.problem.code) == (0, "event_missing")
