"""What the broker knows: ends of topics, when records were appended, who shares the partitions."""

import asyncio
from array import array
from collections.abc import Mapping
from typing import NamedTuple

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from confluent_kafka import (
    Consumer,
    ConsumerGroupState,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from bench.scaling import subject

PATIENCE_SECONDS = 30.0
READ_AT_ONCE = 10_000
Ends = dict[int, int]


class Stretch(NamedTuple):
    """Records of one partition: the offset of the first, and when each was appended (Unix ms)."""

    begin: int
    stamps: "array[int]"


class QuarantinedError(Exception):
    """The fold has put records aside: what was measured is not what was meant to be."""


class HoleInLogError(Exception):
    """Records between two offsets that the topic should have were not delivered."""


def consumer(broker: str, isolation: str = "read_committed") -> Consumer:
    """Of no group in effect: to be assigned what it shall read."""
    return Consumer(
        {
            "bootstrap.servers": broker,
            "group.id": "bench-scaling",
            "enable.auto.commit": False,
            "isolation.level": isolation,
        }
    )


def ends(broker: str, topic: str = subject.TOPIC) -> Ends:
    """The end of each partition of a topic."""
    with consumer(broker) as reading:
        partitions = reading.list_topics(topic, PATIENCE_SECONDS).topics[topic].partitions
        return {
            number: reading.get_watermark_offsets(TopicPartition(topic, number), PATIENCE_SECONDS)[
                1
            ]
            for number in partitions
        }


def create_stamped_by_broker(bootstrap: str) -> None:
    """Make the input topic such that a record's time is when the broker appended it."""
    asyncio.run(_create(bootstrap, {"message.timestamp.type": "LogAppendTime"}))


async def _create(bootstrap: str, settings: Mapping[str, str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        configuration = {"cleanup.policy": "delete", "retention.ms": "-1", **settings}
        topic = NewTopic(subject.TOPIC, subject.PARTITIONS, 1, topic_configs=configuration)
        await admin.create_topics([topic])
    finally:
        await admin.close()


def appended(
    broker: str, begin: Mapping[int, int], end: Mapping[int, int], topic: str = subject.TOPIC
) -> dict[int, Stretch]:
    """When each record between these offsets was appended. Raises HoleInLogError."""
    found = {number: Stretch(begin[number], array("q")) for number in begin}
    left = sum(end[number] - begin[number] for number in begin)
    with consumer(broker) as reading:
        reading.assign([TopicPartition(topic, number, at) for number, at in begin.items()])
        while left:
            messages = reading.consume(READ_AT_ONCE, timeout=PATIENCE_SECONDS)
            if not messages:
                raise HoleInLogError(f"{topic}: {left} records are missing")
            for message in messages:
                if error := message.error():
                    raise KafkaException(error)
                number, offset = message.partition() or 0, message.offset() or 0
                if offset < end[number]:
                    found[number].stamps.append(message.timestamp()[1])
                    left -= 1
    for number, stretch in found.items():
        if len(stretch.stamps) != end[number] - begin[number]:
            raise HoleInLogError(f"{topic}[{number}]: not as many records as offsets")
    return found


def require_none_aside(broker: str) -> None:
    """Raises QuarantinedError."""
    if aside := sum(ends(broker, subject.QUARANTINE).values()):
        raise QuarantinedError(f"{aside} records are in {subject.QUARANTINE}")


class Group:
    """The group in which processes share the partitions out."""

    def __init__(self, broker: str) -> None:
        self._admin = AdminClient({"bootstrap.servers": broker})

    def members(self) -> int:
        """How many hold partitions; 0 while they are being shared out."""
        described = self._admin.describe_consumer_groups([subject.GROUP])[subject.GROUP]
        try:
            group = described.result(PATIENCE_SECONDS)
        except KafkaException:  # there is none yet
            return 0
        if group.state != ConsumerGroupState.STABLE:
            return 0
        return sum(bool(member.assignment.topic_partitions) for member in group.members)
