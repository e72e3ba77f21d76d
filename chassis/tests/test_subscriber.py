"""A subscriber: commits only what is dealt with, quarantines, stops, and never skips."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError
from faststream.kafka import KafkaBroker

from chassis.reader import subscriber as subscriber_module
from chassis.reader.outcome import Readable, UnfitError
from chassis.reader.quarantine import ERROR_PREFIX, Quarantine
from chassis.reader.subscriber import Subscriber
from chassis.tests.brokers import Written
from chassis.tests.counters import TOPIC, Counted, Forgotten
from chassis.tests.test_reader_outcome import record
from contracts import event as events
from contracts.event import Event, Redriven
from contracts.problem import Problem

EXAMPLES = Path(events.__file__).with_name("examples")
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


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    monkeypatch.setattr(subscriber_module, "RETRY_SECONDS", (0,))
    return Reading()


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


async def test_handles_what_it_wants_in_order_and_commits(reading: Reading) -> None:
    await reading.read(good(7, by=1), unwanted(8), good(9, by=2))

    assert reading.handled == [Counted(by=1), Counted(by=2)]
    assert reading.consumer.committed == [10]


async def test_what_is_told_again_is_handled_in_its_place(reading: Reading) -> None:
    stated = json.loads((EXAMPLES / "quarantine.Redriven.v1.json").read_text())["value"]
    again = stated | {"type": Counted.event_type(), "body": '{"by":2}'}
    broken_again = again | {"body": '{"by":"two"}'}
    passed_over = json.loads((EXAMPLES / "quarantine.Skipped.v1.json").read_text())["value"]

    await reading.read(
        good(7, by=1),
        said(8, Redriven(**again)),
        said(9, events.Skipped(**passed_over)),
        said(10, Redriven(**broken_again)),
        good(11, by=3),
    )

    assert reading.handled == [Counted(by=1), Counted(by=2), Counted(by=3)]
    assert reading.consumer.committed == [12]
    (copy,) = reading.producer.log
    assert (ERROR_PREFIX + "offset", b"10") in copy.headers


async def test_a_broken_record_is_quarantined_unchanged_and_the_rest_goes_on(
    reading: Reading,
) -> None:
    bad = broken(8)
    await reading.read(good(7), bad, good(9, by=2))

    assert reading.handled == [Counted(by=1), Counted(by=2)]
    assert reading.consumer.committed == [10]
    (copy,) = reading.producer.log
    assert copy.topic == "tests.quarantine.v1"
    assert (copy.key, copy.value) == (bad.key, bad.value)
    assert copy.headers[: len(bad.headers)] == tuple(bad.headers)
    notes = {
        name.removeprefix(ERROR_PREFIX): raw.decode()
        for name, raw in copy.headers[len(bad.headers) :]
    }
    assert notes["topic"] == TOPIC.name
    assert (notes["partition"], notes["offset"]) == ("3", "8")
    assert (notes["stage"], notes["reason"]) == ("data", "field_json_invalid")
    assert notes["message"]


@pytest.mark.parametrize("key", [None, b"", b"\xff\x00"])
async def test_a_tombstone_keeps_its_key_and_its_nothing(
    reading: Reading, key: bytes | None
) -> None:
    await reading.read(FakeRecord(0, key, None, []))

    (copy,) = reading.producer.log
    assert (copy.key, copy.value) == (key, None)


async def test_a_failure_of_the_infrastructure_is_retried_and_skips_nothing(
    reading: Reading,
) -> None:
    reading.failures = 3

    await reading.read(good(7))

    assert reading.handled == [Counted(by=1)]
    assert reading.consumer.committed == [8]
    assert reading.producer.log == []


async def test_nothing_is_committed_before_the_quarantine_has_its_copy(reading: Reading) -> None:
    reading.producer.failures = 2

    await reading.read(broken(7))

    assert len(reading.producer.log) == 1
    assert reading.consumer.committed == [8]


async def test_a_newer_version_stops_the_partition_where_it_stands(reading: Reading) -> None:
    await reading.read(good(7), newer(8), good(9, by=2))

    assert reading.handled == [Counted(by=1)]
    assert reading.consumer.committed == [8]
    assert (reading.consumer.position, reading.consumer.paused) == (8, True)
    assert reading.producer.log == []
    (problem,) = reading.subscriber.problems()
    assert "newer than this reader" in problem


async def test_is_not_ready_without_an_assignment(reading: Reading) -> None:
    assert reading.subscriber.problems() == []
    reading.consumer.assigned.clear()
    assert reading.subscriber.problems() == [f"{TOPIC.name}: no partition assigned"]


async def test_a_partition_that_went_to_another_reader_is_left_to_it(reading: Reading) -> None:
    reading.consumer.assigned.clear()

    await reading.read(good(7))

    assert reading.consumer.committed == []


async def test_what_the_handler_can_never_take_is_quarantined_and_the_rest_goes_on(
    reading: Reading,
) -> None:
    reading.unfit = Counted(by=2)

    await reading.read(good(7, by=1), good(8, by=2), good(9, by=3))

    assert reading.handled == [Counted(by=1), Counted(by=3)]
    assert reading.consumer.committed == [10]
    (copy,) = reading.producer.log
    assert (ERROR_PREFIX + "reason", b"unfit") in copy.headers
    assert (ERROR_PREFIX + "offset", b"8") in copy.headers


async def test_trying_again_is_not_ready_and_leaves_one_copy_of_what_is_broken(
    reading: Reading,
) -> None:
    reading.failures = 3

    await reading.read(broken(7), good(8))

    assert len(reading.producer.log) == 1
    assert ["ConnectionError" in problem for problem in reading.problems_seen] == [True]
    assert reading.subscriber.problems() == []


async def test_is_not_ready_when_it_has_not_polled_for_long(reading: Reading) -> None:
    reading.consumer.polled_ms = 1

    assert reading.subscriber.problems() == [f"{PARTITION.topic}: no poll for 30 s"]
