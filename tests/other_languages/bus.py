"""What readers in other languages are given to read: topics that our own writers wrote."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from chassis.kafka import producer
from contracts.codec import KafkaRecord, to_kafka
from contracts.generate.artefacts import CONTRACTS
from contracts.generate.examples import examples
from contracts.topic import DEFAULT_PARTITIONS
from tests.topics import new_topic

SCHEMAS = CONTRACTS / "schemas"
GOLDEN_PARTITIONS = CONTRACTS / "golden" / "partitions.json"
PATIENCE_SECONDS = 60.0

Record = dict[str, Any]
"""A record as a reader prints it: partition, key, headers, value_text, problems."""

T = TypeVar("T")


def golden_examples() -> list[Record]:
    """The committed examples: what is read must be these."""
    files = sorted((CONTRACTS / "examples").glob("*.json"))
    return [json.loads(file.read_text("utf-8")) for file in files]


def golden_partitions() -> list[dict[str, Any]]:
    """Keys with their murmur2 and their partition, as the Java client computes them."""
    vectors: list[dict[str, Any]] = json.loads(GOLDEN_PARTITIONS.read_text("utf-8"))["vectors"]
    return vectors


def topic_with_examples(kafka_url: str) -> str:
    """A new topic that holds every golden example in its partition, as a service writes it."""
    return topic_with(
        kafka_url, [(to_kafka(e.envelope()), e.partition_number()) for e in examples()]
    )


def topic_with(kafka_url: str, records: list[tuple[KafkaRecord, int]]) -> str:
    """A new topic that holds these records in these partitions."""
    topic = new_topic(kafka_url).name

    async def write() -> None:
        async with producer(kafka_url) as writer:
            for (key, value, headers), partition in records:
                await writer.send_and_wait(
                    topic, key=key, value=value, headers=headers, partition=partition
                )

    _run(write())
    return topic


def topic_with_an_aborted_record(kafka_url: str) -> str:
    """A new topic of one partition: a committed record, an aborted one, a committed one."""
    topic = new_topic(kafka_url, partitions=1).name

    async def write() -> None:
        writer = AIOKafkaProducer(
            bootstrap_servers=kafka_url, transactional_id=topic, compression_type="lz4"
        )
        async with writer:
            for value, commits in ((b"first", True), (b"aborted", False), (b"last", True)):
                await writer.begin_transaction()
                await writer.send_and_wait(topic, value=value, partition=0)
                await (writer.commit_transaction() if commits else writer.abort_transaction())

    _run(write())
    return topic


def partitions_by_key(kafka_url: str, topic: str, keys: int) -> dict[str, int]:
    """Where the records of a topic stand, read until so many keys have been seen.

    A writer may have tried again and written a record twice, then to the same partition.
    """

    async def read() -> dict[str, int]:
        found: dict[str, int] = {}
        consumer = AIOKafkaConsumer(bootstrap_servers=kafka_url, auto_offset_reset="earliest")
        async with consumer:
            consumer.assign([TopicPartition(topic, n) for n in range(DEFAULT_PARTITIONS)])
            while len(found) < keys:
                record = await consumer.getone()
                key = (record.key or b"").decode()
                assert found.setdefault(key, record.partition) == record.partition
        return found

    return _run(read())


def records_of(output: str) -> list[Record]:
    """What a reader printed, a line of JSON each."""
    return [json.loads(line) for line in output.splitlines()]


def comparable(records: list[Record]) -> list[Record]:
    """What a reader in any language sees of a record, in an order of its own."""
    seen = ("partition", "key", "headers", "value_text")
    found = [{name: record[name] for name in seen} for record in records]
    return sorted(found, key=lambda record: str(record["headers"]["ce_type"]))


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asyncio.wait_for(work, PATIENCE_SECONDS))
