"""What a record of an input topic is to the fold.

Whatever the hot path does not take, for any reason, goes the long way through the contract, which
alone says what is broken and why.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from pydantic import ValidationError

from chassis.folding.changes import Fact, Release, Unread
from chassis.folding.fold import Fold
from chassis.folding.reading.plain import LAST_ORDINAL, UUID, PlainReader
from chassis.reader.outcome import Broken, Readable, Stopped, read
from chassis.reader.outcome import Skipped as PassedOver
from chassis.reader.quarantine import Record
from contracts.codec import MalformedRecordError, from_kafka
from contracts.envelope import Envelope
from contracts.event import DayClosed, Redriven, Skipped
from contracts.partitioner import partitions_of
from contracts.problem import Problem, problems_of
from contracts.topic import Topic
from contracts.topics import CONTROL

_ID = re.compile(UUID)
_SKIPPED = Skipped.event_type()


class PutAside(NamedTuple):
    """A record for quarantine. It holds its key when at least its place could be read."""

    broken: Broken
    unread: Unread | None


Item = Fact | DayClosed | Release | PutAside | Stopped


class InputReader:
    """Reads the records of one input topic."""

    def __init__(self, fold: Fold, topic: Topic) -> None:
        self._topic = topic
        self._wanted = (*fold.readings, *CONTROL)
        self._readings = fold.reading_of()
        self._plain = PlainReader(topic, self._readings)
        self._compiled = self._plain.compiled()

    def read(self, records: Sequence[Record]) -> list[Item]:
        """For each record a fact, a day marker, or why it is neither."""
        facts: list[Fact | None] = [None] * len(records)
        if self._compiled is not None:
            facts = self._compiled.read(records)
        self._read_in_python(records, facts)
        return [
            self._through_the_contract(record) if fact is None else fact
            for record, fact in zip(records, facts, strict=True)
        ]

    def _read_in_python(self, records: Sequence[Record], facts: list[Fact | None]) -> None:
        """Read those of the records that have no fact yet."""
        left = [at for at, fact in enumerate(facts) if fact is None]
        if not left:
            return
        for at in left:
            facts[at] = self._plain.read(records[at])
        # Of an aggregate only the first event is looked at: no other finds a place elsewhere.
        firsts = [at for at in left for fact in [facts[at]] if fact and fact.ordinal == 1]
        for at in self._straying(records, firsts):
            facts[at] = None

    def _straying(self, records: Sequence[Record], places: Sequence[int]) -> list[int]:
        """Those of the places whose record, which has a key, stands where it does not belong."""
        if self._topic.broadcast:
            return []
        numbers = partitions_of([records[at].key or b"" for at in places], self._topic.partitions)
        return [
            at
            for at, number in zip(places, numbers, strict=True)
            if number != records[at].partition
        ]

    def _through_the_contract(self, record: Record) -> Item:
        outcome = read(
            record.key, record.value, record.headers, topic=self._topic, wanted=self._wanted
        )
        match outcome:
            case Stopped():
                return outcome
            case Broken():
                return PutAside(outcome, None if self._strays(record) else _unread(record, outcome))
            case PassedOver(envelope):
                return self._placed(record, envelope, envelope.data)
            case Readable(envelope, DayClosed() as marker):
                return self._marker(marker)
            case Readable(envelope, Redriven() | Skipped() as release):
                return self._release(record, envelope, release)
            case Readable(envelope, event):
                # What the hot path did not take in its form, it takes in the contract's own.
                return self._placed(record, envelope, event.encode())

    def _strays(self, record: Record) -> bool:
        """Whether the record stands where its key does not belong: it could count twice."""
        return record.key is not None and bool(self._straying([record], [0]))

    def _placed(self, record: Record, envelope: Envelope, data: bytes) -> Fact | PutAside:
        problems = _misplaced(envelope)
        if self._strays(record):
            problems.append(Problem("partition_wrong", "key", "belongs in another partition"))
        if problems:
            return PutAside(Broken("place", problems), None)
        return Fact(
            envelope.subject,
            envelope.sequence or 0,
            envelope.id,
            envelope.type,
            envelope.time.isoformat(),
            (record.key or b"").decode(),
            data,
            self._readings[envelope.type](data),
        )

    def _release(
        self, record: Record, envelope: Envelope, release: Redriven | Skipped
    ) -> Release | PutAside:
        """What the owner says of an event that is held; its time is that of the release."""
        event_type, data = _SKIPPED, b""
        if isinstance(release, Redriven):
            event_type, data = release.type, release.body.encode()
            event_class = {e.event_type(): e for e in self._topic.events}.get(event_type)
            if event_class is None or event_class in CONTROL:
                problem = Problem("type_unknown", "type", f"is no event of {self._topic.name}")
                return PutAside(Broken("data", [problem]), None)
            try:
                data = event_class.model_validate_json(data).encode()
            except ValidationError as error:
                return PutAside(Broken("data", problems_of(error)), None)
        fact = Fact(
            release.aggregate,
            release.ordinal,
            release.event_id,
            event_type,
            envelope.time.isoformat(),
            (record.key or b"").decode(),
            data,
            self._readings[event_type](data),
        )
        return Release(fact, release.reason)

    def _marker(self, marker: DayClosed) -> DayClosed | PutAside:
        if marker.topic != self._topic.name:
            problem = Problem("marker_of_another_topic", "topic", f"is not {self._topic.name}")
            return PutAside(Broken("data", [problem]), None)
        if marker.through == date.max:
            problem = Problem("day_out_of_range", "through", "no day comes after")
            return PutAside(Broken("data", [problem]), None)
        return marker


def _unread(record: Record, broken: Broken) -> Unread | None:
    """The place of an event that is broken beyond its envelope; None when it has none to hold."""
    try:
        envelope = from_kafka(record.key, record.value, record.headers)
    except MalformedRecordError:
        return None
    if envelope.sequence is None or record.key is None or _misplaced(envelope):
        return None
    return Unread(
        envelope.subject,
        envelope.sequence,
        envelope.id,
        envelope.type,
        record.key.decode(),
        broken.problems[0].code,
    )


def _misplaced(envelope: Envelope) -> list[Problem]:
    """What the fold asks of an envelope beyond the codec: ids that are UUIDs, a sane ordinal."""
    problems = [
        Problem("header_malformed", name, "must be a UUID in lower case")
        for name, value in (("ce_id", envelope.id), ("ce_subject", envelope.subject))
        if not _ID.fullmatch(value)
    ]
    if (envelope.sequence or 0) > LAST_ORDINAL:
        message = f"must be at most {LAST_ORDINAL}"
        problems.append(Problem("header_malformed", "ce_sequence", message))
    return problems
