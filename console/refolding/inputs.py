"""The inputs of a fold from offset 0 on, with nothing left out: in a recording, or on a broker."""

from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import aclosing
from typing import Protocol

from aiokafka import TopicPartition

from chassis.folding.fold import Fold
from chassis.folding.publishing.log import reading, records
from chassis.reader.quarantine import Record
from console.recording import Recording, RecordingError
from console.recording.manifest import TopicRange
from contracts.event import DayClosed

_DAY_MARKER = DayClosed.event_type().encode()
Ends = Mapping[int, Mapping[str, int]]
"""By partition number and topic the offset before which records are wanted."""


class Inputs(Protocol):
    """The records of each partition of a topic come in their order."""

    async def ends(self) -> Ends: ...
    def records(self, ends: Ends) -> AsyncGenerator[Record, None]: ...


class LogInputs:
    """On the broker."""

    def __init__(self, kafka: str, fold: Fold) -> None:
        self._kafka = kafka
        self._fold = fold

    async def ends(self) -> Ends:
        """As they are now."""
        places = [
            TopicPartition(topic.name, number)
            for topic in self._fold.inputs
            for number in range(topic.partitions)
        ]
        async with reading(self._kafka) as consumer:
            found = await consumer.end_offsets(places)
        by_number: dict[int, dict[str, int]] = {}
        for at, end in found.items():
            by_number.setdefault(at.partition, {})[at.topic] = end
        return dict(sorted(by_number.items()))

    async def records(self, ends: Ends) -> AsyncGenerator[Record, None]:
        async with reading(self._kafka) as consumer:
            for number, of_topics in ends.items():
                for topic, end in of_topics.items():
                    async for record in records(consumer, TopicPartition(topic, number), end):
                        yield record


async def holding_events(inputs: Inputs, fold: Fold, numbers: Collection[int]) -> list[int]:
    """Those of the partitions whose inputs hold more than day markers, by what stands there now.

    A partition whose figures have not begun, no record in the topic that they rest on, is not one:
    a fold says nothing of it, whatever the other topics hold.
    """
    return [
        number
        for number, of_topics in (await inputs.ends()).items()
        if number in numbers
        and of_topics.get(fold.figures.rest_on.name)
        and await _holds_events(inputs.records({number: of_topics}))
    ]


async def _holds_events(records: AsyncGenerator[Record, None]) -> bool:
    async with aclosing(records):  # the first one that is found ends the reading
        async for record in records:
            if dict(record.headers).get("ce_type") != _DAY_MARKER:
                return True
    return False


class RecordedInputs:
    """In a recording."""

    def __init__(self, recording: Recording, fold: Fold) -> None:
        """Raises RecordingError naming what of the inputs is not in it."""
        self._recording = recording
        self._topics = [topic.name for topic in fold.inputs]
        self._ends: dict[int, dict[str, int]] = {}
        manifest = recording.manifest
        self._path = recording.layout.folder / (recording.layout.file or "")
        require_all_of_it(recording)
        recorded = {topic.name: topic for topic in manifest.topics}
        for topic in fold.inputs:
            if topic.name not in recorded:
                raise RecordingError(
                    f"{self._path} does not hold {topic.name}; {fold.name} folds "
                    f"{', '.join(self._topics)}"
                )
            self._note(recorded[topic.name], topic.partitions)

    def _note(self, topic: TopicRange, partitions: int) -> None:
        found = {each.partition: each for each in topic.partitions}
        for number in range(partitions):
            if number not in found:
                raise RecordingError(f"{self._path} lacks partition {number} of {topic.name}")
            if found[number].start:
                raise RecordingError(
                    f"{self._path} begins at offset {found[number].start} of {topic.name} "
                    f"{number}, not at 0: what is folded from zero needs all before it"
                )
            if found[number].records != found[number].end:
                # No input is written in a transaction or compacted: its offsets have no gaps.
                raise RecordingError(
                    f"{self._path} holds {found[number].records} records of {topic.name} {number}, "
                    f"which is said to end at offset {found[number].end}: some are missing"
                )
            self._ends.setdefault(number, {})[topic.name] = found[number].end

    async def ends(self) -> Ends:
        return self._ends

    def require(self, ends: Ends) -> None:
        """Raises RecordingError when it ends before one of these."""
        for number, of_topics in ends.items():
            for topic, end in of_topics.items():
                recorded = self._ends[number].get(topic, 0)
                if recorded < end:
                    raise RecordingError(
                        f"{self._path} ends before offset {recorded} of {topic} {number}, and what "
                        f"is live rests on all before {end}: it was recorded earlier"
                    )

    async def records(self, ends: Ends) -> AsyncGenerator[Record, None]:
        for record in self._recording.records(topics=self._topics):
            if record.offset < ends.get(record.partition, {}).get(record.topic, 0):
                yield record  # type: ignore[misc]  # a header without value is for its reader


def require_all_of_it(recording: Recording) -> None:
    """Raises RecordingError when it was recorded with filters, or cut off."""
    manifest = recording.manifest
    asked = manifest.asked
    filters = [
        f"{name} {text}"
        for name, text in (
            ("--type", ", ".join(asked.types)),
            ("--subject", asked.subject),
            ("--key", asked.key),
        )
        if text
    ]
    if filters:
        raise RecordingError(
            f"{recording.layout.manifest}: recorded with {' and '.join(filters)}, so that events "
            "are missing; record without filters"
        )
    if not manifest.complete:
        raise RecordingError(
            f"{recording.layout.manifest} is of a recording that was cut off: "
            "the same zarbia record goes on with it"
        )
