"""Where records come from: ranges of offsets on a broker, and what stands in them."""

import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from console.recording.errors import BrokerError, RecordingError
from console.recording.manifest import Range, TopicRange
from console.recording.record import Place, Record
from console.tail.reading import history
from console.tail.start import Start, offsets_of

_OF_THE_TOPIC = 1
"""The source of a setting in Kafka's answer: the topic's own, no default of the broker."""

Ranges = Mapping[Place, tuple[int, int]]
"""The first offset of each partition, and the one after the last."""


@asynccontextmanager
async def administration(kafka: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """Raises BrokerError when the broker cannot be reached."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # our own errors say it in one line
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    with broker_errors(kafka):
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()


@contextmanager
def broker_errors(kafka: str) -> Iterator[None]:
    """Turn an error of the client into a BrokerError that names the broker."""
    try:
        yield
    except KafkaError as error:
        raise BrokerError(f"the broker {kafka} does not do it: {error}") from error


async def cluster_of(kafka: str) -> str:
    """The id of the cluster at this address."""
    async with administration(kafka) as admin:
        return await cluster_id(admin)


async def topics_there(kafka: str, prefix: str) -> list[str]:
    """The names of topics on the broker that begin so, without what they begin with."""
    async with administration(kafka) as admin:
        there: list[str] = await admin.list_topics()
    return [name.removeprefix(prefix) for name in there if name.startswith(prefix)]


async def cluster_id(admin: AIOKafkaAdminClient) -> str:
    described: dict[str, Any] = await admin.describe_cluster()
    return str(described["cluster_id"])


async def partitions_of(
    admin: AIOKafkaAdminClient, topics: Sequence[str]
) -> dict[str, Sequence[int]]:
    """The partitions of each topic that the broker has."""
    there = set(await admin.list_topics())
    wanted = [topic for topic in topics if topic in there]
    return {
        found["topic"]: sorted(part["partition"] for part in found["partitions"])
        for found in (await admin.describe_topics(wanted) if wanted else [])
    }


async def settings_of(
    admin: AIOKafkaAdminClient, topics: Sequence[str]
) -> dict[str, dict[str, str]]:
    """The settings of each topic that are its own."""
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics]
    settings: dict[str, dict[str, str]] = {}
    for answer in await admin.describe_configs(asked):
        for _, _, _, topic, entries in answer.resources:
            own = {name: value for name, value, _, source, *_ in entries if source == _OF_THE_TOPIC}
            settings[topic] = dict(sorted(own.items()))
    return settings


async def survey(
    kafka: str, topics: Mapping[str, str], start: Start, until: Start
) -> tuple[str, list[TopicRange]]:
    """The cluster's id, and what there is of the topics from `start` to before `until`.

    `topics` gives the name on the broker of each name in the recording. One that the broker does
    not have is left out. The end is the end of now, of what is committed.
    """
    async with administration(kafka) as admin:
        cluster = await cluster_id(admin)
        partitions = await partitions_of(admin, list(topics.values()))
        if not partitions:  # a consumer of nothing would be stopped before it has begun
            return cluster, []
        settings = await settings_of(admin, list(partitions))
        places = [TopicPartition(name, n) for name, found in partitions.items() for n in found]
        async with _consumer(kafka) as consumer:
            ends = await consumer.end_offsets(places)
            starts = await offsets_of(start, consumer, places, ends)
            untils = await offsets_of(until, consumer, places, ends)
    ranges = [
        TopicRange(
            name=name,
            settings=settings[on_broker],
            partitions=[
                Range(partition=p.partition, start=starts[p], end=max(starts[p], untils[p]))
                for p in places
                if p.topic == on_broker
            ],
        )
        for name, on_broker in topics.items()
        if on_broker in partitions
    ]
    return cluster, ranges


async def read_ranges(
    kafka: str, ranges: Ranges, names: Mapping[str, str]
) -> AsyncIterator[Record]:
    """The committed records in these ranges, merged by time. `names` are those on the broker.

    Raises RecordingError when the broker no longer has what is asked for, or cannot be read.
    """
    wanted = {
        TopicPartition(names[topic], partition): offsets
        for (topic, partition), offsets in ranges.items()
        if offsets[0] < offsets[1]
    }
    if not wanted:
        return
    ends = {place: end for place, (_, end) in wanted.items()}
    recorded = {on_broker: topic for topic, on_broker in names.items()}
    with broker_errors(kafka):
        async with _consumer(kafka) as consumer:
            consumer.assign(list(wanted))
            await _require(consumer, wanted)
            for place, (start, _) in wanted.items():
                consumer.seek(place, start)
            async for found in history(consumer, ends):
                yield Record.of(found, recorded[found.topic])


def _consumer(kafka: str) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        bootstrap_servers=kafka, isolation_level="read_committed", auto_offset_reset="none"
    )


async def _require(
    consumer: AIOKafkaConsumer, wanted: Mapping[TopicPartition, tuple[int, int]]
) -> None:
    """Offsets of another log of the same name would be recorded as if they were of this one."""
    first = await consumer.beginning_offsets(list(wanted))
    last = await consumer.end_offsets(list(wanted))
    for place, (start, end) in wanted.items():
        if start < first[place] or end > last[place]:
            raise RecordingError(
                f"{place.topic} {place.partition} holds the offsets {first[place]} to "
                f"{last[place]}, no longer {start} to {end}: it was made anew or cleaned up"
            )
