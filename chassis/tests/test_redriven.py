"""A subscriber reads a release as the event that it carries."""

from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from chassis.outbox import encode
from chassis.reader.outcome import Broken, Outcome, Readable, Skipped, Stopped, read, redriven
from chassis.tests.counters import NOW, TOPIC, Counted, Forgotten, around
from contracts import event as events
from contracts.event import DayClosed, Event, Redriven

AGGREGATE = str(uuid5(NAMESPACE_URL, "aggregate"))
EVENT_ID = str(uuid5(NAMESPACE_URL, "event"))
STATED: dict[str, Any] = {
    "aggregate": AGGREGATE,
    "ordinal": 4,
    "event_id": EVENT_ID,
    "decided_on": NOW.date(),
    "reason": "was-malformed",
}


def outcome(release: Event) -> Outcome:
    """What a subscriber that wants Counted makes of a release."""
    (record,) = encode(
        [release],
        topic=TOPIC,
        subject=AGGREGATE,
        partition_key="a",
        after=0,
        circumstances=around(),
    )
    headers = [(name, raw.encode()) for name, raw in record.headers.items()]
    found = read(b"a", record.value, headers, topic=TOPIC, wanted=[Counted, Redriven])
    return redriven(found, topic=TOPIC, wanted=[Counted])


def carrying(type_: str, body: str) -> Redriven:
    return Redriven(type=type_, body=body, **STATED)


def test_it_is_the_event_that_it_carries() -> None:
    found = outcome(carrying(Counted.event_type(), '{"by":7}'))

    assert isinstance(found, Readable)
    assert found.event == Counted(by=7)
    envelope = found.envelope
    assert (envelope.subject, envelope.sequence, envelope.id) == (AGGREGATE, 4, EVENT_ID)
    assert envelope.type == Counted.event_type()
    assert envelope.partitionkey == "a"
    assert envelope.data == b'{"by":7}'


def test_one_of_an_event_that_is_not_wanted_is_skipped() -> None:
    found = outcome(carrying(Forgotten.event_type(), "{}"))

    assert isinstance(found, Skipped)
    assert found.envelope.sequence == 4


def test_a_skip_is_skipped() -> None:
    assert isinstance(outcome(events.Skipped(**STATED)), Skipped)


@pytest.mark.parametrize("body", ["not json", "{}", '{"by":"x"}', "[]", "[" * 60_000])
def test_broken_data_is_broken(body: str) -> None:
    found = outcome(carrying(Counted.event_type(), body))

    assert isinstance(found, Broken)
    assert found.stage == "data"


@pytest.mark.parametrize(
    "type_", ["ma.zarbia.counting.Guessed.v1", DayClosed.event_type(), Redriven.event_type(), "?"]
)
def test_what_is_no_event_of_an_aggregate_is_broken(type_: str) -> None:
    found = outcome(carrying(type_, '{"by":7}'))

    assert isinstance(found, Broken)
    assert [problem.code for problem in found.problems] == ["type_unknown"]


def test_a_newer_version_stops() -> None:
    assert isinstance(outcome(carrying("ma.zarbia.counting.Counted.v2", "{}")), Stopped)


def test_any_other_outcome_stays() -> None:
    event = outcome(carrying(Counted.event_type(), '{"by":7}'))
    assert isinstance(event, Readable)
    for other in event, replace(event, event=Forgotten()), Skipped(event.envelope):
        assert redriven(other, topic=TOPIC, wanted=[]) is other
