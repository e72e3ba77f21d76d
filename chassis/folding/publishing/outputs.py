"""The outputs of a partition as records. Their ids and times derive from what they say.

`ce_time` of a decision is the time of its evidence. What is said about a knowledge day is given the
beginning of that day, in UTC: it has no other time that every refold would find again.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from hashlib import sha1
from typing import Any, NamedTuple

from chassis.folding.changes import knowledge_day
from chassis.folding.failpoints import failpoint
from chassis.folding.fold import Fold
from chassis.folding.ledger.closings import Closings
from chassis.folding.ledger.contributions import ContributionRow
from chassis.folding.ledger.rows import SaidRow
from chassis.folding.ledger.store import Input, Unpublished
from chassis.folding.publishing.about import about_a_day
from chassis.outbox import EVENT_IDS, event_id
from contracts.codec import KafkaRecord, to_kafka
from contracts.envelope import Envelope, source_of
from contracts.event import Event


class Output(NamedTuple):
    topic: str
    record: KafkaRecord


class Outputs:
    """Encodes the outputs of one partition number of one generation."""

    def __init__(self, fold: Fold, generation: int, partition: int) -> None:
        figures = fold.figures
        self._fold = fold
        self._generation = generation
        self.partition = partition
        self._source = source_of(figures.cursor_type.owner)
        self._statistics = figures.statistics(generation).name
        self._cursors = figures.cursors(generation).name
        self._contributions = {
            kind.cell_type: (
                kind.contribution,
                _ContributionHeaders(kind.contribution_type, self._source).record,
            )
            for kind in figures.kinds
        }
        self._decisions = {kind.__name__: kind for kind in fold.decisions}

    def encode(self, unpublished: Unpublished, due: list[SaidRow]) -> Iterator[Output]:
        """All records of a transaction, in their order. `due` are the decisions to be sent.

        Whoever sends one after the other comes back for the next when the last was sent.
        """
        yield from self.contributions(unpublished.contributions)
        yield from self.decisions(due)
        if unpublished.closings is not None:
            yield self._closed(unpublished.closings, unpublished.inputs)
            failpoint("after-send-closing")
        yield self._cursor(unpublished)
        failpoint("after-send-cursor")

    def contributions(self, rows: Iterable[ContributionRow]) -> Iterator[Output]:
        for row in rows:
            yield self._contribution(row)
            failpoint("after-send-contribution")

    def decisions(self, rows: Iterable[SaidRow]) -> Iterator[Output]:
        for row in rows:
            yield self._decision(row)
            failpoint("after-send-trigger")

    def _contribution(self, row: ContributionRow) -> Output:
        cell, day, measures = row
        contribution, record = self._contributions[type(cell)]
        key, data = contribution(self._generation, self.partition, day, cell, measures)
        return Output(self._statistics, record(key, day, data))

    def _closed(self, closings: Closings, inputs: Mapping[str, Input]) -> Output:
        closed = self._fold.figures.closed_type(
            generation=self._generation,
            partition=self.partition,
            through=closings.through,
            held=closings.held,
            sources=closings.sources,
            offsets=_offsets(inputs),
        )
        return self._about_a_day(self._statistics, closed, closed.record_key(), closings.through)

    def _cursor(self, unpublished: Unpublished) -> Output:
        inputs = unpublished.inputs
        cursor = self._fold.figures.cursor_type(
            generation=self._generation,
            partition=self.partition,
            offsets=_offsets(inputs),
            logs={t: id_.text() for t, id_ in sorted(unpublished.logs.items())} or None,
            barrier_day=unpublished.barrier_day,
        )
        return self._about_a_day(self._cursors, cursor, cursor.record_key(), _open_day(unpublished))

    def succession(self, holder: int, last: Any | None, unpublished: Unpublished) -> Output:
        """The last cursor of the generation that was in charge, naming this one."""
        cursor = self._fold.figures.cursor_type(
            generation=holder,
            partition=self.partition,
            offsets=dict(last.offsets) if last else {},
            logs=last and last.logs,
            barrier_day=last and last.barrier_day,
            successor=self._generation,
        )
        topic = self._fold.figures.cursors(holder).name
        return self._about_a_day(topic, cursor, cursor.record_key(), _open_day(unpublished))

    def _about_a_day(self, topic: str, event: Event, key: str, day: date) -> Output:
        return Output(topic, about_a_day(self._source, event, key, day))

    def _decision(self, row: SaidRow) -> Output:
        if self._fold.announce is None:
            raise AssertionError(f"{self._fold.name} decides nothing")
        event = self._decisions[row.kind].model_validate_json(row.event)
        announced = self._fold.announce(event)
        data = event.encode()
        subject, ordinal = announced.subject, announced.ordinal
        envelope = Envelope(
            id=event_id(self._source, subject, ordinal, event.event_type(), data),
            source=self._source,
            type=event.event_type(),
            time=datetime.fromisoformat(row.evidence_time),
            subject=subject,
            dataschema=event.dataschema(),
            data=data,
            partitionkey=announced.key,
            sequence=ordinal,
            causationid=announced.causation_id,
        )
        return Output(announced.topic.name, to_kafka(envelope))


class _ContributionHeaders:
    """What `_about_a_day` does, for what comes in thousands; a test holds it to the same bytes."""

    def __init__(self, event: type[Event], source: str) -> None:
        self._name_start = f"{source}|".encode()
        self._name_middle = f"|0|{event.event_type()}|".encode()
        template = to_kafka(
            Envelope("", source, event.event_type(), _EPOCH, "", event.dataschema(), b"", "")
        )
        self._headers = template.headers
        names = [name for name, _ in self._headers]
        self._id, self._time = names.index("ce_id"), names.index("ce_time")
        self._subject, self._key = names.index("ce_subject"), names.index("ce_partitionkey")

    def record(self, key: str, day: str, data: bytes) -> KafkaRecord:
        key_bytes, headers = key.encode(), list(self._headers)
        id_ = _uuid5(self._name_start + key_bytes + self._name_middle + data)
        headers[self._id] = ("ce_id", id_)
        headers[self._time] = ("ce_time", f"{day}T00:00:00+00:00".encode())
        headers[self._subject] = ("ce_subject", key_bytes)
        headers[self._key] = ("ce_partitionkey", key_bytes)
        return KafkaRecord(key_bytes, data, headers)


_EPOCH = datetime.fromtimestamp(0, UTC)


def _uuid5(name: bytes) -> bytes:
    """As uuid.uuid5 for events, which takes thrice as long. Source: RFC 9562, section 5.5."""
    text = sha1(_EVENT_IDS + name, usedforsecurity=False).hexdigest()
    variant = _VARIANT[text[16]]
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}".encode()


_EVENT_IDS = EVENT_IDS.bytes
_VARIANT = {f"{digit:x}": f"{digit & 0b0011 | 0b1000:x}" for digit in range(16)}
"""The two highest bits of the ninth byte say which kind of UUID it is."""


def _open_day(unpublished: Unpublished) -> date:
    """The latest knowledge day that an input is in."""
    inputs = unpublished.inputs.values()
    return knowledge_day(max(each.closed_through for each in inputs if each.closed_through))


def _offsets(inputs: Mapping[str, Input]) -> dict[str, int]:
    return {topic: input_.next_offset for topic, input_ in sorted(inputs.items())}
