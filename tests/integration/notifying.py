"""The notifications service as a process, and the bus that it reads and writes."""

import asyncio
import json
import os
import signal
import sys
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from chassis.outbox import Circumstances, encode
from chassis.tests.counters import NOW
from contracts.event import Event
from contracts.topic import Topic
from contracts.topics import NOTIFICATIONS

PATIENCE_SECONDS = 90.0
NAMES = uuid.NAMESPACE_OID


def id_of(name: str) -> str:
    return str(uuid.uuid5(NAMES, name))


async def until(done: Callable[[], Awaitable[bool] | bool]) -> None:
    """Ask until the answer is yes; fails when it does not come."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = done()
            if answer is True or (answer is not False and await answer):
                return
            await asyncio.sleep(0.05)


@dataclass
class Service:
    """The service in a process that a test may kill."""

    environment: dict[str, str]
    log: Path
    url: str
    process: asyncio.subprocess.Process | None = field(default=None, init=False)

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "services.notifications",
                stdout=log,
                stderr=log,
                env=os.environ | self.environment,
            )
        await until(self.ready)

    async def ready(self) -> bool:
        async with httpx.AsyncClient() as client:
            try:
                response = await client.get(f"{self.url}/health/ready")
            except httpx.HTTPError:
                return False
            return response.status_code == 200

    async def end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            await self.process.wait()
            self.process = None

    async def call(self, method: str, path: str, body: object = None) -> Any:
        async with httpx.AsyncClient(timeout=30) as client:
            response = await client.request(method, f"{self.url}/v1{path}", json=body)
            assert response.is_success, response.text
            return response.json()

    async def contact(self, name: str, about: str, scope: str = "*", language: str = "ar") -> str:
        """A new contact with one subscription."""
        id_ = id_of(name)
        body = {"language": language, "address": f"{name}@example.org"}
        await self.call("PUT", f"/contacts/{id_}", body)
        wish = {"about": about, "scope": scope}
        await self.call("POST", f"/contacts/{id_}/subscriptions", wish)
        return id_


@dataclass(frozen=True)
class Bus:
    kafka: str

    async def say(self, topic: Topic, *events: tuple[Event, str]) -> list[str]:
        """Write events, each the second of its aggregate; returns their ids."""
        ids = []
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka)
        await producer.start()
        try:
            for event, subject in events:
                circumstances = Circumstances(NOW, NOW, "")
                (record,) = encode(
                    [event],
                    topic=topic,
                    subject=subject,
                    partition_key=subject,
                    after=1,
                    circumstances=circumstances,
                )
                await producer.send_and_wait(
                    record.topic,
                    value=record.value,
                    key=record.key.encode(),
                    partition=record.partition,
                    headers=[(name, text.encode()) for name, text in record.headers.items()],
                )
                ids.append(record.event_id)
        finally:
            await producer.stop()
        return ids

    async def read(self, topic: Topic) -> list[ConsumerRecord[bytes, bytes]]:
        """All records of a topic."""
        consumer: AIOKafkaConsumer = AIOKafkaConsumer(
            bootstrap_servers=self.kafka, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            partitions = [TopicPartition(topic.name, n) for n in range(topic.partitions)]
            consumer.assign(partitions)
            ends = await consumer.end_offsets(partitions)
            records = []
            while [p for p in partitions if await consumer.position(p) < ends[p]]:
                for batch in (await consumer.getmany(timeout_ms=500)).values():
                    records += batch
            return records
        finally:
            await consumer.stop()

    async def outcomes(self, wanted: set[str]) -> dict[str, list[tuple[str, dict[str, Any]]]]:
        """What was said of each of these notifications: names of events with their data."""
        said: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for record in await self.read(NOTIFICATIONS):
            key = (record.key or b"").decode()
            if key in wanted:
                name = dict(record.headers)["ce_type"].decode().split(".")[-2]
                said.setdefault(key, []).append((name, json.loads(record.value or b"")))
        return said
