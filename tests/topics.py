"""Topics of tests: a broker of one's own outlives them, so each is new."""

import asyncio
from itertools import count
from time import time_ns

from chassis.kafka import ensure_topics
from contracts.topic import DEFAULT_PARTITIONS, Topic

_NUMBERS = count(time_ns())


def new_topic(kafka_url: str, partitions: int = DEFAULT_PARTITIONS) -> Topic:
    """A topic that holds nothing, on the broker but not in the catalogue."""
    topic = Topic(
        name=f"test.topic.{next(_NUMBERS)}",
        owner="test",
        key="any",
        summary="Of a test.",
        partitions=partitions,
    )
    asyncio.run(ensure_topics(kafka_url, [topic], replication=1))
    return topic
