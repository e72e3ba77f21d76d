"""A subscriber without a broker, and records of all kinds for it to read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError
from faststream.kafka import KafkaBroker

from chassis.reader.outcome import Readable, UnfitError
from chassis.reader.quarantine import Quarantine
from chassis.reader.subscriber import Subscriber
from chassis.tests.brokers import Written
from chassis.tests.counters import TOPIC, Counted, Forgotten
from chassis.tests.test_reader_outcome import record
from contracts.event import Event
from contracts.problem import Problem

PARTITION = TopicPartition(TOPIC.name, 3)


@dataclass(frozen=True)
class FakeRecord:
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    topic: str = PARTITION.topic
    partition: int = PARTITION.partition
    timestamp: int = 1_751_284_800_000


@dataclass
class FakeConsumer:
    assigned: set[TopicPartition] = field(default_factory=lambda: {PARTITION})
    committed: list[int] = field(default_factory=list)
    position: int | None = None
    paused: bool = False
    polled_ms: int | None = None

    def last_poll_timestamp(self, _partition: TopicPartition) -> int | None:
        return self.polled_ms

    def assignment(self) -> set[TopicPartition]:
        return self.assigned

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        if PARTITION not in self.assigned:
            raise IllegalStateError("not assigned")
        self.committed.append(offsets[PARTITION])

    def seek(self, _partition: TopicPartition, offset: int) -> None:
        self.position = offset

    def pause(self, *_partitions: TopicPartition) -> None:
        self.paused = True


class FakeQuarantineProducer:
    def __init__(self) -> None:
        self.log: list[Written] = []
        self.failures = 0

    async def send_and_wait(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        partition: int | None = None,
        timestamp_ms: int | None = None,
        headers: Sequence[tuple[str, bytes]] | None = None,
    ) -> object:
        if self.failures:
            self.failures -= 1
            raise ConnectionError
        record = Written(topic, partition, key, value, timestamp_ms, tuple(headers or ()))
        self.log.append(record)
        return record


class Reading:
    """A subscriber with its surroundings. `failures` is how often handling fails."""

    def __init__(self) -> None:
        self.consumer = FakeConsumer()
        self.producer = FakeQuarantineProducer()
        self.handled: list[Event] = []
        self.failures = 0
        self.unfit: Event | None = None
        self.problems_seen: list[str] = []
        self.subscriber = Subscriber(
            KafkaBroker(logger=None),
            "tests",
            TOPIC,
            [Counted],
            self._handle,
            Quarantine("tests", self.producer),
        )
        self.subscriber._subscriber.consumer = cast("AIOKafkaConsumer", self.consumer)

    async def _handle(self, batch: Sequence[Readable]) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError
        self.problems_seen += self.subscriber.problems()
        events = [readable.event for readable in batch]
        if self.unfit in events:
            raise UnfitError(events.index(self.unfit), Problem("unfit", "", "cannot be taken"))
        self.handled.extend(events)

    async def read(self, *records: FakeRecord) -> None:
        await self.subscriber._on_batch(records)


def good(offset: int, by: int = 1) -> FakeRecord:
    return said(offset, Counted(by=by))


def said(offset: int, event: Event) -> FakeRecord:
    key, value, headers = record(event)
    return FakeRecord(offset, key, value, list(headers.items()))


def unwanted(offset: int) -> FakeRecord:
    return said(offset, Forgotten())


def broken(offset: int) -> FakeRecord:
    key, _, headers = record()
    return FakeRecord(offset, key, b"\x00\xff not json", [("odd", b"\xfe"), *headers.items()])


def newer(offset: int) -> FakeRecord:
    key, value, headers = record()
    headers["ce_type"] = b"ma.zarbia.counting.Counted.v2"
    return FakeRecord(offset, key, value, list(headers.items()))
