"""Export metrics on a real broker: whatever is killed or lost, each thing is said once."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from chassis import kafka
from contracts.codec import to_kafka
from contracts.event import Event
from contracts.exports import DeclarationNumber, ShipmentExported
from contracts.partitioner import partition_of
from contracts.topics import EXPORTS_SHIPMENTS, RISK_TRIGGERS, owned_by
from services.export_metrics.tests.events import (
    Log,
    envelope,
    goods,
    lost,
    stamp,
    uuid_of,
)

pytestmark = pytest.mark.integration
TOPIC = EXPORTS_SHIPMENTS.name
SHIPMENTS = 3_000
EVERY_TENTH_IS_LOST = 10
PATIENCE_SECONDS = 60.0


@dataclass
class Service:
    """Export metrics as a process of its own, on a folder of its own."""

    kafka: str
    data: Path
    port: int = 0
    generation: int = 1
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "services.export_metrics"],
            env=os.environ
            | {
                "ZARBIA_KAFKA": self.kafka,
                "ZARBIA_DATA": str(self.data),
                "ZARBIA_HTTP_PORT": str(self.port),
                "ZARBIA_LOG_LEVEL": "ERROR",
                "ZARBIA_EXPORT_METRICS_GENERATION": str(self.generation),
            },
            stderr=subprocess.DEVNULL,
        )

    def end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=PATIENCE_SECONDS)
            self.process = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """The answer; empty while there is none."""
        try:
            response = httpx.get(self.url + path, params=query)
        except httpx.TransportError:
            return {}
        answer: dict[str, Any] = response.json() if response.is_success else {}
        return answer

    def shipments(self, office: str) -> int:
        answer = self.get("/v1/statistics", office=office)
        return int(answer["total"]["shipments"]) if answer else -1


@pytest.fixture
async def service(kafka_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    for owner in ("exports", "orders", "insurance"):
        await kafka.ensure_topics(kafka_url, owned_by(owner), 1)
    under_test = Service(kafka_url, tmp_path)
    under_test.start()
    yield under_test
    under_test.end(signal.SIGTERM)


def some_are_visible(service: Service, office: str, beyond: int) -> bool:
    return service.shipments(office) > beyond


async def until(done: Callable[[], bool], patience: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + patience
    while not done():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.05)


async def write(url: str, records: Sequence[tuple[int, Any]], topic: str = TOPIC) -> None:
    producer = kafka.producer(url)
    await producer.start()
    for partition, record in records:
        await producer.send(
            topic,
            value=record.value,
            key=record.key,
            partition=partition,
            headers=list(record.headers),
        )
    await producer.stop()


def opening() -> list[tuple[int, Any]]:
    """Opening markers: the second time they are not new, and ignored."""
    return [
        (number, Log(partition=number).opened().records[0])
        for number in range(EXPORTS_SHIPMENTS.partitions)
    ]


def at(shipment: str, ordinal: int, event: Event) -> tuple[int, Any]:
    record = to_kafka(envelope(event, shipment, ordinal))
    return partition_of(shipment, EXPORTS_SHIPMENTS.partitions), record


def exports(office: str, number: int) -> list[tuple[int, Any]]:
    """The events of one shipment of 1.00 MAD and more, some of them lost."""
    shipment = uuid_of(f"{office}-{number}")
    exported = ShipmentExported(
        declaration=DeclarationNumber(office=office, number=str(number), item=1),
        exporter=stamp(),
        goods=goods(100 + number, partner="FR" if number % 2 else "US"),
    )
    events = [at(shipment, 1, exported)]
    return [*events, at(shipment, 2, lost())] if number % EVERY_TENTH_IS_LOST == 0 else events


async def triggers(url: str, office: str) -> Counter[str]:
    """How often each trigger of these shipments was said, to a reader of what is committed."""
    wanted = {uuid_of(f"{office}-{number}") for number in range(SHIPMENTS)}
    records = await committed(url, RISK_TRIGGERS.name, RISK_TRIGGERS.partitions)
    return Counter(
        dict(record.headers)["ce_id"].decode()
        for record in records
        if (record.key or b"").decode() in wanted
    )


async def committed(url: str, topic: str, partitions: int) -> "list[ConsumerRecord[bytes, bytes]]":
    consumer = AIOKafkaConsumer(
        bootstrap_servers=url, isolation_level="read_committed", auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        all_ = [TopicPartition(topic, number) for number in range(partitions)]
        consumer.assign(all_)
        ends = await consumer.end_offsets(all_)
        found = []
        while [p for p in all_ if await consumer.position(p) < ends[p]]:
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                found += batch
        return found
    finally:
        await consumer.stop()


async def assert_all_is_said_once(service: Service, office: str) -> None:
    await until(lambda: service.shipments(office) == SHIPMENTS)
    total = service.get("/v1/statistics", office=office)["total"]
    centimes = sum(100 + number for number in range(SHIPMENTS))
    assert total["fob_value_mad"] == f"{centimes // 100}.{centimes % 100:02d}"
    assert total["quantity"] == f"{SHIPMENTS * 5 // 2}.000"
    said: Counter[str] = Counter()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(said) < SHIPMENTS // EVERY_TENTH_IS_LOST and time.monotonic() < deadline:
        said = await triggers(service.kafka, office)
    assert len(said) == SHIPMENTS // EVERY_TENTH_IS_LOST
    assert set(said.values()) == {1}


async def test_killed_and_restarted_it_says_everything_once(service: Service) -> None:
    office = f"K{os.getpid()}"
    await write(service.kafka, opening())
    for part in range(3):
        numbers = range(part * SHIPMENTS // 3, (part + 1) * SHIPMENTS // 3)
        await write(service.kafka, [record for n in numbers for record in exports(office, n)])
        if part < 2:
            await until(partial(some_are_visible, service, office, numbers.start))
            service.end(signal.SIGKILL)
            service.start()

    await assert_all_is_said_once(service, office)


async def test_a_lost_ledger_is_folded_anew_and_says_nothing_twice(service: Service) -> None:
    office = f"L{os.getpid()}"
    records = [record for number in range(SHIPMENTS) for record in exports(office, number)]
    await write(service.kafka, [*opening(), *records])
    await assert_all_is_said_once(service, office)
    service.end(signal.SIGTERM)

    shutil.rmtree(service.data / "export-metrics")
    service.start()
    await until(lambda: service.get("/health/ready").get("ready", False))
    shipment = uuid_of(f"{office}-0")
    late = SHIPMENTS
    await write(service.kafka, [at(shipment, 1, goods_event(office)), *exports(office, late)])

    await until(lambda: service.shipments(office) == SHIPMENTS + 1)
    said = await triggers(service.kafka, office)
    assert set(said.values()) == {1}


def goods_event(office: str) -> Event:
    """The first event of the first shipment, once more: a copy, which changes nothing."""
    return ShipmentExported(
        declaration=DeclarationNumber(office=office, number="0", item=1),
        exporter=stamp(),
        goods=goods(100, partner="US"),
    )
