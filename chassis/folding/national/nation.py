"""The national fold itself: from the records of the statistics topic to what is said of each day.

Whatever the order in which partitions are read, and however many days they close at once: days are
decided one by one, each from all that all partitions moved on it.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from chassis.folding.national.days import Days
from chassis.folding.national.fold import NationalFold, Subject
from chassis.folding.publishing.about import about_a_day
from chassis.reader.quarantine import Record
from contracts.codec import KafkaRecord
from contracts.envelope import source_of
from contracts.folding import OfClosing, OfNation, OfNationalDay


class Decision(NamedTuple):
    """All that is said of one day on the subject of this number, its closing last."""

    number: int
    day: date
    records: list[KafkaRecord]


class Nation:
    """Rebuilt from nothing by reading the topic from its beginning."""

    def __init__(self, fold: NationalFold, generation: int) -> None:
        self._fold = fold
        self._generation = generation
        self._source = source_of(fold.closed_type.owner)
        self._closing = fold.figures.closed_type
        partitions = fold.figures.statistics(generation).partitions
        self._days = [Days(subject.kind, partitions) for subject in fold.subjects]
        self._accounts = [subject.account(generation) for subject in fold.subjects]
        self._numbers = {
            subject.kind.contribution_type.event_type().encode(): number
            for number, subject in enumerate(fold.subjects)
        }

    def take(self, partition: int, records: Sequence[Record]) -> None:
        """Take what a partition has published, in its order."""
        found: list[list[bytes]] = [[] for _ in self._fold.subjects]
        closing = None
        for record in records:
            if record.value is None:
                continue
            kind = dict(record.headers).get("ce_type", b"")
            if (number := self._numbers.get(kind)) is not None:
                found[number].append(record.value)
            elif kind == self._closing.event_type().encode():
                closing = record.value
        for subject, days, values in zip(self._fold.subjects, self._days, found, strict=True):
            days.take(partition, map(subject.read, values))
        if closing is not None:
            self._close(partition, self._closing.model_validate_json(closing))

    def due(self) -> Iterator[Decision]:
        """What can be said now, subject after subject, day after day."""
        for number, days in enumerate(self._days):
            subject, account = self._fold.subjects[number], self._accounts[number]
            for day, moved in days.due():
                closed = self._fold.closed_type(
                    generation=self._generation, subject=subject.name, through=day
                )
                said: list[OfNation | OfNationalDay] = [*account.decide(day, moved), closed]
                records = [about_a_day(self._source, e, e.record_key(), day) for e in said]
                yield Decision(number, day, records)

    def close(self) -> None:
        for days in self._days:
            days.drop()

    def _close(self, partition: int, closing: OfClosing) -> None:
        for subject, days in zip(self._fold.subjects, self._days, strict=True):
            if (through := self._closed_in(closing, subject)) is not None:
                days.close(partition, through)

    def _closed_in(self, closing: OfClosing, subject: Subject) -> date | None:
        """The last day that a partition has closed in all that a subject rests on."""
        said = (closing.sources or {}) | {self._fold.figures.rest_on.name: closing.through}
        closed = [said.get(topic.name) for topic in subject.rests_on]
        days = [day for day in closed if day is not None]
        return min(days) if len(days) == len(closed) else None
