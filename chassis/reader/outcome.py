"""The three answers to a record, and the one that stops the partition."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from pydantic import ValidationError

from contracts.codec import Headers, MalformedRecordError, from_kafka
from contracts.envelope import Envelope, parse_type, source_of
from contracts.event import Event, Redriven
from contracts.problem import Problem, problems_of
from contracts.topic import Topic
from contracts.topics import CONTROL


@dataclass(frozen=True, slots=True)
class Skipped:
    """A known event that this reader has no use for."""

    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Broken:
    """For this reader, but not readable. `stage` is how far the reading came."""

    stage: str
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class Stopped:
    """This reader is older than its writer, or configured wrongly. Not the record's fault."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Readable:
    """An event for this reader. `recorded_ms` is when its owner recorded it: Kafka's timestamp."""

    envelope: Envelope
    event: Event
    recorded_ms: int = 0


class UnfitError(Exception):
    """Raised by a handler: the event at `index` of its batch is readable, but can never be taken.

    The reader sets it aside and hands over the others again.
    """

    def __init__(self, index: int, problem: Problem) -> None:
        super().__init__(str(problem))
        self.index = index
        self.problem = problem


Outcome = Skipped | Broken | Stopped | Readable

_NO_ORDINAL = Problem("header_missing", "ce_sequence", "is required on an event of an aggregate")


def read(
    key: bytes | None,
    value: bytes | None,
    headers: Headers,
    *,
    topic: Topic,
    wanted: Collection[type[Event]],
) -> Outcome:
    """Decide what a record of `topic` is to a reader that wants these events."""
    try:
        envelope = from_kafka(key, value, headers)
    except MalformedRecordError as error:
        return Broken("envelope", error.problems)
    return _judged(envelope, topic, wanted)


def redriven(outcome: Outcome, *, topic: Topic, wanted: Collection[type[Event]]) -> Outcome:
    """A release is to a reader what the event that it carries is; any other outcome stays.

    The envelope then names id, type, subject and ordinal of that event; its time is the release's.
    """
    if not isinstance(outcome, Readable) or not isinstance(outcome.event, Redriven):
        return outcome
    carried = outcome.event
    if any(carried.type == control.event_type() for control in CONTROL):
        return Broken("type", [Problem("type_unknown", "type", "is no event of an aggregate")])
    envelope = replace(
        outcome.envelope,
        id=carried.event_id,
        type=carried.type,
        subject=carried.aggregate,
        sequence=carried.ordinal,
        data=carried.body.encode(),
    )
    return _judged(envelope, topic, wanted)


def _judged(envelope: Envelope, topic: Topic, wanted: Collection[type[Event]]) -> Outcome:
    if envelope.source != source_of(topic.owner):
        return Stopped(Problem("source_unknown", "ce_source", f"{envelope.source} is not known"))
    event_class = _known(envelope.type, topic)
    if isinstance(event_class, Problem):
        newer = event_class.code == "version_newer"
        return Stopped(event_class) if newer else Broken("type", [event_class])
    if topic.has_day_markers and event_class not in CONTROL and envelope.sequence is None:
        return Broken("envelope", [_NO_ORDINAL])
    return _validated(envelope, event_class) if event_class in wanted else Skipped(envelope)


def _validated(envelope: Envelope, event_class: type[Event]) -> Readable | Broken:
    try:
        return Readable(envelope, event_class.model_validate_json(envelope.data))
    except ValidationError as error:
        return Broken("data", problems_of(error))


def _known(event_type: str, topic: Topic) -> type[Event] | Problem:
    named = parse_type(event_type)
    same_name = [e for e in topic.events if named and e.__name__ == named.name]
    for event_class in same_name:
        if event_class.event_type() == event_type:
            return event_class
    if named and any(e.owner == named.owner and e.version < named.version for e in same_name):
        return Problem("version_newer", "ce_type", f"{event_type} is newer than this reader")
    return Problem("type_unknown", "ce_type", f"{event_type} is no event of {topic.name}")
