"""The last committed cursor of a partition: how far its outputs are known to be out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from chassis.reader.outcome import Readable, read
from contracts.export_metrics import Cursor
from contracts.topics import Topic, cursors

NEAR_THE_END = 64
POLL_MS = 200


class UnreadableCursorError(Exception):
    """The topic of cursors holds what this service did not write."""


async def last_cursor(bootstrap: str, generation: int, partition: int) -> Cursor | None:
    """The last cursor that was committed; None when there is none.

    To be called after the partition's producer was started: that ended what a former owner left
    open, so that everything up to the present end is decided.
    """
    topic = cursors(generation)
    at = TopicPartition(topic.name, partition)
    async with reading(bootstrap, "read_uncommitted") as consumer:
        beginning = (await consumer.beginning_offsets([at]))[at]
        end = (await consumer.end_offsets([at]))[at]
    async with reading(bootstrap) as consumer:
        consumer.assign([at])
        span = NEAR_THE_END
        while True:
            start = max(beginning, end - span)
            if found := await _last_record(consumer, at, start, end):
                return _decoded(found, topic)
            if start == beginning:
                return None
            span *= 16


@asynccontextmanager
async def reading(
    bootstrap: str, isolation: str = "read_committed"
) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of no group, to be assigned what it shall read."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        isolation_level=isolation,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        # Stopped before its own tasks ran for the first time, the client cancels its caller.
        await asyncio.sleep(0)
        await consumer.stop()


async def _last_record(
    consumer: AIOKafkaConsumer, at: TopicPartition, start: int, end: int
) -> "ConsumerRecord[bytes, bytes] | None":
    """The last record between two offsets. Waits while a transaction among them is open."""
    last = None
    consumer.seek(at, start)
    while await consumer.position(at) < end:
        batches = await consumer.getmany(at, timeout_ms=POLL_MS)
        for record in batches.get(at, []):
            last = record
    return last


def _decoded(record: "ConsumerRecord[bytes, bytes]", topic: Topic) -> Cursor:
    outcome = read(record.key, record.value, record.headers, topic=topic, wanted=(Cursor,))
    if isinstance(outcome, Readable) and isinstance(outcome.event, Cursor):
        return outcome.event
    raise UnreadableCursorError(f"{record.topic}[{record.partition}]@{record.offset}: {outcome}")
