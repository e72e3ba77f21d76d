"""The last cursor, while a transaction that holds a later one is open."""

import asyncio
import os
from datetime import date

import pytest

from chassis.folding.publishing.about import about_a_day
from chassis.folding.publishing.sending import Batches, send_in_transaction, started
from chassis.folding.running.bus import PartitionBus, transactional_producer
from chassis.kafka import ensure_topics
from contracts.codec import KafkaRecord
from contracts.envelope import source_of
from contracts.export_metrics import Cursor
from contracts.topics import cursors
from services.export_metrics.fold import EXPORT_STATISTICS

pytestmark = pytest.mark.integration
GENERATION = 7_000 + os.getpid() % 1_000
TOPIC = cursors(GENERATION)
PATIENCE_SECONDS = 20.0


def cursor(offset: int) -> Cursor:
    return Cursor(generation=1, partition=2, offsets={"a.b.v1": offset})


def record(offset: int) -> KafkaRecord:
    said = cursor(offset)
    return about_a_day(source_of(Cursor.owner), said, said.record_key(), date(2026, 1, 1))


async def test_without_waiting_it_is_the_last_that_is_decided(kafka_url: str) -> None:
    await ensure_topics(kafka_url, [TOPIC], 1)

    bus = PartitionBus(kafka_url, EXPORT_STATISTICS, GENERATION, 2)
    nothing = await bus.decided_cursor(GENERATION)
    async with started(transactional_producer(kafka_url, f"cursors-{os.getpid()}")) as producer:
        await send_in_transaction(producer, [(TOPIC.name, record(1))], 2)
        await producer.begin_transaction()
        batches = Batches(producer, 2)
        await batches.add(TOPIC.name, record(2))
        await batches.flush()
        before = await bus.decided_cursor(GENERATION)
        waiting = asyncio.create_task(bus.read_cursor(GENERATION))
        await asyncio.sleep(1.0)
        waits = not waiting.done()
        await producer.commit_transaction()
        after = await asyncio.wait_for(waiting, PATIENCE_SECONDS)

    assert nothing is None
    assert (before, waits, after) == (cursor(1), True, cursor(2))
