"""Reading committed records of a partition, outside any group."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis import kafka
from chassis.reader.quarantine import Record

POLL_MS = 200


@asynccontextmanager
async def reading(
    bootstrap: str, isolation: str = "read_committed", **options: Any
) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of no group, to be assigned what it shall read."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        isolation_level=isolation,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        **options,
    )
    try:
        await consumer.start()  # whoever is cut off meanwhile leaves nothing open
        yield consumer
    finally:
        # Stopped before its own tasks ran for the first time, the client cancels its caller.
        await asyncio.sleep(0)
        await kafka.stop(consumer)


async def records(
    consumer: AIOKafkaConsumer, at: TopicPartition, end: int | None = None, *, start: int = 0
) -> AsyncIterator[Record]:
    """All committed records of a partition from `start` on, before `end`, or before its end as it
    is now."""
    consumer.assign([at])
    consumer.seek(at, max(start, (await consumer.beginning_offsets([at]))[at]))
    last = (await consumer.end_offsets([at]))[at] if end is None else end
    while await consumer.position(at) < last:
        for record in (await consumer.getmany(at, timeout_ms=POLL_MS)).get(at, []):
            if record.offset < last:
                yield record
