"""Connections to the bus, with the settings that this platform's promises rest on."""

from collections.abc import Iterable

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from contracts.topics import Topic


class TopicMismatchError(Exception):
    """A topic exists with another number of partitions than the catalogue says."""


def producer(bootstrap: str, *, linger_ms: int = 2) -> AIOKafkaProducer:
    """An idempotent producer that waits for all replicas."""
    return AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        enable_idempotence=True,
        compression_type="lz4",
        linger_ms=linger_ms,
        max_batch_size=128 * 1024,
    )


async def ensure_topics(bootstrap: str, topics: Iterable[Topic]) -> None:
    """Create the topics that do not exist yet.

    Raises:
        TopicMismatchError: one exists with another number of partitions.
    """
    wanted = {topic.name: topic for topic in topics}
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        there = set(await admin.list_topics())
        await _create(admin, [topic for name, topic in wanted.items() if name not in there])
        for found in await admin.describe_topics(list(wanted)):
            _check(wanted[found["topic"]], len(found["partitions"]))
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, topics: list[Topic]) -> None:
    if not topics:
        return
    answer = await admin.create_topics(
        [
            NewTopic(
                name=topic.name,
                num_partitions=topic.partitions,
                replication_factor=-1,
                topic_configs=topic.configuration(),
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
