"""The broker and the store of the embedded stack keep what they were given over a restart."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError
from pymongo import AsyncMongoClient, ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from console.stack import running
from console.stack.ports import BROKER, CONTROLLER, STORE, free_base

pytestmark = pytest.mark.integration

Documents = AsyncCollection[dict[str, Any]]


@pytest.fixture(autouse=True)
def embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about the embedded servers, whatever the environment names."""
    monkeypatch.delenv("ZARBIA_KAFKA", raising=False)
    monkeypatch.delenv("ZARBIA_MONGO", raising=False)


@asynccontextmanager
async def documents(url: str) -> AsyncIterator[Documents]:
    async with AsyncMongoClient[dict[str, Any]](url) as client:
        yield client["test"]["aggregates"]


async def write(kafka: str, mongo: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic("events", num_partitions=1, replication_factor=1)])
    await admin.close()
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka, enable_idempotence=True, transactional_id="writer"
    )
    async with producer, producer.transaction():
        await producer.send("events", b"first", partition=0)
    async with documents(mongo) as aggregates:
        await aggregates.insert_one({"_id": "a", "version": 1, "outbox": []})
        await compare_and_set(aggregates, 1)


async def compare_and_set(aggregates: Documents, version: int) -> dict[str, Any] | None:
    return await aggregates.find_one_and_update(
        {"_id": "a", "version": version},
        {"$set": {"version": version + 1}, "$push": {"outbox": {"id": f"e{version}"}}},
        return_document=ReturnDocument.AFTER,
    )


async def read_first(kafka: str) -> bytes | None:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, isolation_level="read_committed")
    async with consumer:
        partition = TopicPartition("events", 0)
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        value: bytes | None = (await consumer.getone()).value
        return value


async def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    port_base = free_base((BROKER, CONTROLLER, STORE))
    with running(tmp_path, services=(), port_base=port_base) as stack:
        await write(stack.kafka, stack.mongo)

    with running(tmp_path, services=(), port_base=port_base) as stack:
        assert await read_first(stack.kafka) == b"first"
        async with documents(stack.mongo) as aggregates:
            stored = {"_id": "a", "version": 2, "outbox": [{"id": "e1"}]}
            assert await aggregates.find_one({"outbox.id": {"$exists": True}}) == stored
            # a writer that has not seen the first change loses
            assert await compare_and_set(aggregates, 1) is None
        await topics_are_never_created_by_use(stack.kafka)


async def topics_are_never_created_by_use(kafka: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka, request_timeout_ms=1000) as producer:
        with pytest.raises(KafkaError):
            await producer.send_and_wait("no-such-topic", b"")
