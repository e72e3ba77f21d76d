"""Connections to the bus, with the settings that this platform's promises rest on."""

import asyncio
from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.codec import lz4_encode
from aiokafka.errors import TopicAlreadyExistsError, for_code

from contracts.topic import Topic

COMPRESSION = "lz4"
"""Of all that is written: readers need one codec. Not zstd, which packs half as small: KafkaJS has
none that runs on every Node."""
LZ4_LEVEL = 1
"""The client has no setting for it, and takes 9: a tenth smaller, at a sixth of the speed."""
lz4_encode.__defaults__ = (LZ4_LEVEL,)


class TopicMismatchError(Exception):
    """A topic exists with another number of partitions than the catalogue says."""


def producer(bootstrap: str, *, linger_ms: int = 2) -> AIOKafkaProducer:
    """An idempotent producer that waits for all replicas."""
    return AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        enable_idempotence=True,
        compression_type=COMPRESSION,
        linger_ms=linger_ms,
        max_batch_size=128 * 1024,
    )


async def stop(consumer: AIOKafkaConsumer) -> None:
    """Stop a consumer, also while one of its fetches has failed and is soon to be tried again: the
    client then raises as if its caller had been cancelled, and leaves its connections open."""
    try:
        await consumer.stop()
    except asyncio.CancelledError:
        caller = asyncio.current_task()
        if caller is None or caller.cancelling():
            raise
        await consumer._client.close()  # noqa: SLF001 - what it did not come to


async def ensure_topics(bootstrap: str, topics: Iterable[Topic], replication: int) -> None:
    """Create the topics that do not exist yet.

    Raises:
        TopicMismatchError: one exists with another number of partitions.
    """
    wanted = {topic.name: topic for topic in topics}
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        there = set(await admin.list_topics())
        missing = [topic for name, topic in wanted.items() if name not in there]
        await _create(admin, missing, replication)
        for found in await admin.describe_topics(list(wanted)):
            _check(wanted[found["topic"]], len(found["partitions"]))
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, topics: list[Topic], replication: int) -> None:
    if not topics:
        return
    answer = await admin.create_topics(
        [
            NewTopic(
                name=topic.name,
                num_partitions=topic.partitions,
                replication_factor=replication,
                topic_configs=topic.configuration()
                | {"min.insync.replicas": str(max(1, replication - 1))},
            )
            for topic in topics
        ]
    )
    for name, code, *_ in answer.topic_errors:
        if code not in {0, TopicAlreadyExistsError.errno}:
            raise for_code(code)(name)


def _check(topic: Topic, partitions: int) -> None:
    if partitions not in {0, topic.partitions}:
        raise TopicMismatchError(
            f"topic {topic.name} has {partitions} partitions and should have {topic.partitions}: "
            "the number is fixed at creation; growth is a new topic version"
        )
