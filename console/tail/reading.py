"""The records of a topic, committed ones only, without a consumer group: nobody notices.

What stood in the topic at the start comes in the order of its timestamps over all partitions, as
far as the order inside each partition allows, which is always kept. What is written afterwards
comes as it arrives.
"""

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Iterator, Mapping
from heapq import heapify, heappop, heapreplace
from typing import Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from chassis.reader import quarantine
from console.tail.errors import NoTopicError, TailError
from console.tail.start import Start, offsets_of
from contracts.topic import Topic

POLL_MS = 250
MOST_AHEAD = 2_000
"""Records of one partition that wait for a slower one, before its fetching pauses."""


class Record(quarantine.Record, Protocol):
    """A Kafka record. `timestamp` is in milliseconds since 1970."""

    @property
    def timestamp(self) -> int: ...


Waiting = Mapping[TopicPartition, deque[Record]]


async def read_records(
    kafka: str,
    topic: Topic,
    start: Start,
    partition: int | None = None,
    *,
    follow: bool,
    caught_up: Callable[[], None] = lambda: None,
) -> AsyncGenerator[Record, None]:
    """The records from `start` to the end as it is now or, to `follow`, without end.

    `caught_up` is told when the records of now have all been given.
    Raises: TailError when the broker cannot be reached or lacks the topic or partition.
    """
    try:
        partitions = await _partitions(kafka, topic, partition)
        async with AIOKafkaConsumer(
            bootstrap_servers=kafka,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            retry_backoff_ms=1_000,
        ) as consumer:
            consumer.assign(partitions)
            ends = await consumer.end_offsets(partitions)
            for place, offset in (await offsets_of(start, consumer, partitions, ends)).items():
                consumer.seek(place, offset)
            async for record in history(consumer, ends):
                yield record
            caught_up()
            while follow:
                async for record in _news(consumer, partitions):
                    yield record
    except KafkaError as error:
        raise TailError(f"the broker {kafka} cannot be read: {error}") from error


async def _partitions(kafka: str, topic: Topic, partition: int | None) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        (found,) = await admin.describe_topics([topic.name])
    finally:
        await admin.close()
    there = sorted(part["partition"] for part in found["partitions"])
    if not there:
        raise NoTopicError(f"the broker has no topic {topic.name} yet: {topic.owner} creates it")
    if partition is not None and partition not in there:
        raise TailError(f"{topic.name} has the partitions 0 to {there[-1]}", "--partition")
    return [TopicPartition(topic.name, n) for n in there if partition in {None, n}]


async def history(
    consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]
) -> AsyncIterator[Record]:
    """What stands from where the consumer is to before `ends`; leaves it there."""
    waiting: Waiting = {partition: deque() for partition in ends}
    behind = await _behind(consumer, ends)
    while behind:
        for place, records in (await consumer.getmany(*behind, timeout_ms=POLL_MS)).items():
            waiting[place].extend(record for record in records if record.offset < ends[place])
            if records[-1].offset >= ends[place]:
                consumer.seek(place, ends[place])
        behind = await _behind(consumer, ends)
        for record in earliest_first(waiting, behind):
            yield record
        _hold_back(consumer, waiting)


async def _news(
    consumer: AIOKafkaConsumer, partitions: Collection[TopicPartition]
) -> AsyncIterator[Record]:
    consumer.resume(*partitions)
    batches = await consumer.getmany(timeout_ms=POLL_MS)
    for record in earliest_first({place: deque(found) for place, found in batches.items()}, ()):
        yield record


async def _behind(
    consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]
) -> list[TopicPartition]:
    """Where there is more to read before the end. A position counts what is no record, too."""
    return [place for place, end in ends.items() if await consumer.position(place) < end]


def _hold_back(consumer: AIOKafkaConsumer, waiting: Waiting) -> None:
    for place, records in waiting.items():
        if len(records) >= MOST_AHEAD:
            consumer.pause(place)
        else:
            consumer.resume(place)


def earliest_first(waiting: Waiting, unfinished: Collection[TopicPartition]) -> Iterator[Record]:
    """Take records by timestamp, each partition in its own order, as far as that is known.

    It is not where an `unfinished` partition has nothing waiting: its next may be the earliest.
    """
    if not all(waiting[place] for place in unfinished):
        return
    heads = [(_age(records[0]), place) for place, records in waiting.items() if records]
    heapify(heads)
    while heads:
        _, place = heads[0]
        records = waiting[place]
        yield records.popleft()
        if records:
            heapreplace(heads, (_age(records[0]), place))
        elif place in unfinished:
            return
        else:
            heappop(heads)


def _age(record: Record) -> tuple[int, str, int, int]:
    return record.timestamp, record.topic, record.partition, record.offset
