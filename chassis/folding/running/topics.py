"""The topics of a fold: its own are made, those of others are waited for."""

import asyncio
from collections.abc import Iterable

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from chassis import kafka
from chassis.folding.fold import Fold
from chassis.folding.settings import FoldSettings
from contracts.topic import Topic
from contracts.topics import owned_by

RETRY_SECONDS = 1.0
log = structlog.get_logger()


async def topics_there(
    fold: Fold, settings: FoldSettings, generation: int, others: Iterable[Topic] = ()
) -> None:
    """Make the topics of the fold's service, and wait for their owners to make its inputs.

    `others` are topics of this generation beside those that each fold has.
    """
    ours = (*owned_by(fold.name), *topics_of(fold, generation), *others)
    while True:
        try:
            await kafka.ensure_topics(settings.kafka, ours, settings.replication)
            missing = await _missing_inputs(fold, settings.kafka)
        except (KafkaError, OSError, kafka.TopicMismatchError) as error:
            log.warning("waiting for the broker", error=repr(error))
        else:
            if not missing:
                return
            log.info("waiting for topics of others", topics=missing)
        await asyncio.sleep(RETRY_SECONDS)


def topics_of(fold: Fold, generation: int) -> list[Topic]:
    """Those of a generation, and the cursors of all before it: they say which is in charge."""
    before = [fold.figures.cursors(number) for number in range(1, generation)]
    return [*before, fold.figures.cursors(generation), fold.figures.statistics(generation)]


async def check_broker(bootstrap: str) -> list[str]:
    """The check of readiness: raises what the client raises when the broker does not answer."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
    finally:
        await admin.close()
    return []


async def _missing_inputs(fold: Fold, bootstrap: str) -> list[str]:
    """Raises: TopicMismatchError when a topic has another number of partitions than ours."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        there = {
            found["topic"]: len(found["partitions"])
            for found in await admin.describe_topics([topic.name for topic in fold.inputs])
            if not found["error_code"]
        }
    finally:
        await admin.close()
    for topic in fold.inputs:
        if there.get(topic.name, topic.partitions) != topic.partitions:
            raise kafka.TopicMismatchError(
                f"topic {topic.name} has {there[topic.name]} partitions, not {topic.partitions}"
            )
    return [topic.name for topic in fold.inputs if topic.name not in there]
