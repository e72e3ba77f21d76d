"""How far a reader is behind in a topic: in records, and in seconds between their timestamps.

Seconds are told between records and not from now on, so that they hold for a driven clock and for
a topic that rests. A reader that hangs on a batch sees nothing newer: that it stands still shows in
the records that it has left and does not read.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Protocol

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from chassis.metrics import METRICS


class Stamped(Protocol):
    """A Kafka record; `timestamp` is when it was recorded, in milliseconds of Unix time."""

    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...


class Places(Protocol):
    """The part of a consumer that says where it stands."""

    async def position(self, partition: TopicPartition) -> int: ...
    def highwater(self, partition: TopicPartition) -> int | None: ...


class Lag:
    """Of one reader in one topic. Batches of a partition are told one after the other."""

    def __init__(self, reader: str, topic: str) -> None:
        self._topic = topic
        self._records = METRICS.lag_records.labels(reader, topic)
        self._seconds = METRICS.lag_seconds.labels(reader, topic)
        self._newest_ms = 0
        self._handled_ms: dict[int, int] = {}
        self._unhandled: dict[int, int] = {}

    def fetched(self, partition: int, batch: Sequence[Stamped]) -> None:
        """These records are to be handled, with those that were fetched before them. The first
        that is ever seen stands for the last that was handled before."""
        self._newest_ms = max(self._newest_ms, batch[-1].timestamp)
        self._handled_ms.setdefault(partition, batch[0].timestamp)
        first = batch[0].offset
        self._unhandled[partition] = min(first, self._unhandled.get(partition, first))

    def handled(self, partition: int, batch: Sequence[Stamped], next_offset: int) -> None:
        """Everything before `next_offset` in this batch is dealt with; the rest is read anew."""
        self._unhandled.pop(partition, None)
        for record in reversed(batch):
            if record.offset < next_offset:
                self._handled_ms[partition] = record.timestamp
                break

    async def show(self, consumer: Places, partitions: Collection[int]) -> None:
        """Set the gauges for these partitions, which the consumer has now; others are forgotten."""
        for gone in self._handled_ms.keys() - set(partitions):
            del self._handled_ms[gone]
            self._unhandled.pop(gone, None)
        left = {number: await self._left(consumer, number) for number in partitions}
        self._records.set(sum(left.values()))
        behind = [
            self._newest_ms - self._handled_ms[number]
            for number, records in left.items()
            if records and number in self._handled_ms
        ]
        self._seconds.set(max([0, *behind]) / 1000)

    async def _left(self, consumer: Places, number: int) -> int:
        """Records of a partition that are not handled yet, as far as the consumer knows."""
        at = TopicPartition(self._topic, number)
        with suppress(KafkaError):  # it goes to another reader in this moment
            position = await consumer.position(at)
            return max(0, (consumer.highwater(at) or 0) - self._unhandled.get(number, position))
        return 0
