"""The input topic of all engines, written once; and the topics that a run needs anew."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from confluent_kafka import Producer
from rich.progress import Progress

from bench.streams.events import Season, Totals
from chassis.kafka import ensure_topics
from contracts.codec import to_kafka
from contracts.envelope import Envelope, source_of
from contracts.event import DayClosed
from contracts.partitioner import partition_of
from contracts.topic import Topic
from contracts.topics import EXPORTS_SHIPMENTS, owned_by
from services.export_metrics.settings import INPUTS, SERVICE

FIRST_DAY = date(2026, 3, 1)
KNOWLEDGE_DAYS = 4
OTHER_INPUTS = [topic for topic in INPUTS if topic is not EXPORTS_SHIPMENTS]
OUTPUTS = owned_by(SERVICE)
GONE_SECONDS = 0.1
PRODUCER = {
    "acks": "all",
    "enable.idempotence": True,
    "compression.type": "lz4",
    # As the relay: its producer sends batches of up to this size.
    "batch.size": 128 * 1024,
    "linger.ms": 20,
    "queue.buffering.max.messages": 200_000,
}


def write_inputs(bootstrap: str, seed: int, events: int, progress: Progress) -> Totals:
    """Write a season to the topic of shipments, and open the other input topics.

    Each of KNOWLEDGE_DAYS gets an equal part of the events. Returns the figures that follow.
    """
    asyncio.run(ensure_topics(bootstrap, INPUTS, 1))
    producer = Producer({"bootstrap.servers": bootstrap, **PRODUCER})
    for topic in INPUTS:
        _close_day(producer, topic, FIRST_DAY - timedelta(days=1), None)
    season = Season(seed, events)
    bar = progress.add_task("writing events", total=events)
    for number in range(KNOWLEDGE_DAYS):
        day = FIRST_DAY + timedelta(days=number)
        if number:
            previous = day - timedelta(days=2)
            _close_day(producer, EXPORTS_SHIPMENTS, day - timedelta(days=1), previous)
        share = events * (number + 1) // KNOWLEDGE_DAYS - events * number // KNOWLEDGE_DAYS
        _write(producer, season, day, share)
        progress.advance(bar, share)
    return season.totals


def _write(producer: Producer, season: Season, day: date, number: int) -> None:
    partition = lru_cache(maxsize=500_000)(_partition)
    for at, (key, value, headers) in enumerate(season.events(day.isoformat(), number)):
        producer.produce(
            EXPORTS_SHIPMENTS.name, value, key, partition=partition(key), headers=[*headers]
        )
        if at % 10_000 == 0:
            while len(producer) > 150_000:
                producer.poll(0.05)
    producer.flush()


def _partition(key: bytes) -> int:
    return partition_of(key.decode(), EXPORTS_SHIPMENTS.partitions)


def _close_day(producer: Producer, topic: Topic, through: date, previous: date | None) -> None:
    marker = DayClosed(topic=topic.name, previous=previous, through=through)
    for partition in range(topic.partitions):
        subject = f"{topic.name}/{partition}"
        envelope = Envelope(
            id=f"bench|{subject}|{through}",
            source=source_of(topic.owner),
            type=marker.event_type(),
            time=datetime.combine(through, datetime.min.time(), UTC),
            subject=subject,
            dataschema=marker.dataschema(),
            data=marker.encode(),
        )
        key, value, headers = to_kafka(envelope)
        producer.produce(topic.name, value, key, partition=partition, headers=[*headers])
    producer.flush()


def renew_outputs(bootstrap: str) -> None:
    """Make the topics of the fold's outputs anew, empty."""
    drop(bootstrap, [topic.name for topic in OUTPUTS])
    asyncio.run(ensure_topics(bootstrap, OUTPUTS, 1))


def create(bootstrap: str, name: str) -> None:
    """Make an output topic like the fold's: compacted, of as many partitions."""
    asyncio.run(_create(bootstrap, name))


async def _create(bootstrap: str, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        configuration = {"cleanup.policy": "compact"}
        partitions = EXPORTS_SHIPMENTS.partitions
        await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=configuration)])
    finally:
        await admin.close()


def drop(bootstrap: str, names: Iterable[str]) -> None:
    """Delete topics, and wait until they are gone."""
    asyncio.run(_drop(bootstrap, lambda name: name in set(names)))


def drop_of(bootstrap: str, application: str) -> None:
    """Delete the topics of a run: its output, and what its engine made for itself."""
    asyncio.run(_drop(bootstrap, lambda name: application in name))


async def _drop(bootstrap: str, is_wanted: Callable[[str], bool]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        while doomed := [name for name in await admin.list_topics() if is_wanted(name)]:
            await admin.delete_topics(doomed)
            await asyncio.sleep(GONE_SECONDS)
    finally:
        await admin.close()
