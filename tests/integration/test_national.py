"""The national fold on a real broker: of two instances one decides, and each day is said once.

A hard exit at each of its boundaries is among `tests.faults.test_failpoints`.
"""

import os
import signal
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from aiokafka import TopicPartition

from chassis.folding.national.nation import Nation
from chassis.folding.publishing.log import reading, records
from contracts.codec import to_kafka
from contracts.event import DayClosed, Event
from contracts.exports import DeclarationNumber, ShipmentExported
from contracts.nation import NationalDayClosed
from contracts.partitioner import partition_of
from contracts.topic import DEFAULT_PARTITIONS, Topic
from contracts.topics import (
    CURRENT_GENERATION,
    EXPORTS_SHIPMENTS,
    ORDERS_ORDERS,
    national,
    statistics,
)
from services.export_metrics.national import NATIONAL
from services.export_metrics.settings import INPUTS
from services.export_metrics.tests.events import closed, envelope, goods, stamp, uuid_of
from services.export_metrics.tests.sources import invoice, placed
from tests.integration.test_export_metrics import (
    Service,
    pytestmark,
    service,
    until,
    write,
)

__all__ = ["pytestmark", "service"]
FIRST = date(2026, 3, 1)
EXPORTERS, EACH = 7, 4
"""New exporters of a day, and their shipments: by their ids in many partitions."""
TOPIC = national(CURRENT_GENERATION)
AMOUNT = 105_001
PATIENCE_SECONDS = 180.0
"""A killed member of the group is missed only when its session is over."""


class Play:
    """Days of exports and invoices; all sources close each of them."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.first = self.day = FIRST
        self.exporters = 0

    async def open(self) -> None:
        """Go on after the last day of all: tests before this one have written to the same log."""
        closed_before = [await last_closed(self.service.kafka, topic) for topic in INPUTS]
        days_after = [last + timedelta(days=1) for last in closed_before if last is not None]
        self.first = self.day = max([self.day, *days_after])
        for topic, last in zip(INPUTS, closed_before, strict=True):
            await self._mark(topic, self.day, last)

    async def one_day(self) -> None:
        exports: list[tuple[int, Any]] = []
        orders: list[tuple[int, Any]] = []
        for _ in range(EXPORTERS):
            self.exporters += 1
            name = f"{os.getpid()}-{self.first}-{self.exporters}"
            exports += [_exported(f"{name}-{number}", name) for number in range(EACH)]
            orders += [_at(ORDERS_ORDERS, uuid_of(name), 1, placed(f"buyer-{name}"))]
            orders += [_at(ORDERS_ORDERS, uuid_of(name), 2, invoice(30, centimes=AMOUNT))]
        await write(self.service.kafka, exports, EXPORTS_SHIPMENTS.name)
        await write(self.service.kafka, orders, ORDERS_ORDERS.name)
        before, self.day = self.day, self.day + timedelta(days=1)
        for topic in INPUTS:
            await self._mark(topic, self.day, before)

    async def _mark(self, topic: Topic, through: date, previous: date | None) -> None:
        marker = closed(through, previous, topic.name)
        record = to_kafka(envelope(marker, f"{topic.name}/0", None, topic))
        everywhere = [(number, record) for number in range(DEFAULT_PARTITIONS)]
        await write(self.service.kafka, everywhere, topic.name)

    def is_decided(self) -> bool:
        answers = (
            self.service.get("/v1/participation", month="2026-03", by="region"),
            self.service.get("/v1/exposure", by="debtor", limit="3"),
        )
        days = [answer and answer["knowledge"]["closed_through"] for answer in answers]
        return days == [self.day.isoformat()] * 2


async def last_closed(url: str, topic: Topic) -> date | None:
    """The last day that a topic says is closed; None before it says so of any."""
    marker = DayClosed.event_type().encode()
    async with reading(url) as consumer:
        days = [
            DayClosed.model_validate_json(record.value or b"").through
            async for record in records(consumer, TopicPartition(topic.name, 0))
            if dict(record.headers).get("ce_type") == marker
        ]
    return max(days, default=None)


def _at(topic: Topic, subject: str, ordinal: int, event: Event) -> tuple[int, Any]:
    return partition_of(subject, topic.partitions), to_kafka(
        envelope(event, subject, ordinal, topic)
    )


def _exported(shipment: str, exporter: str) -> tuple[int, Any]:
    event = ShipmentExported(
        declaration=DeclarationNumber(office="300", number=shipment, item=1),
        exporter=stamp().model_copy(update={"producer_id": uuid_of(exporter)}),
        goods=goods(100),
    )
    return _at(EXPORTS_SHIPMENTS, uuid_of(shipment), 1, event)


async def said(url: str) -> dict[int, list[tuple[Any, ...]]]:
    """What a reader of committed records finds of each subject, in its order."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    async with reading(url) as consumer:
        for number in range(TOPIC.partitions):
            at = TopicPartition(TOPIC.name, number)
            found[number] = [
                (record.key, record.value, tuple(record.headers))
                async for record in records(consumer, at)
            ]
    return found


async def decided_anew(url: str) -> dict[int, list[tuple[Any, ...]]]:
    """What the statistics say when they are read in one go, partition after partition."""
    nation = Nation(NATIONAL, CURRENT_GENERATION)
    topic = statistics(CURRENT_GENERATION)
    async with reading(url) as consumer:
        for number in range(topic.partitions):
            at = TopicPartition(topic.name, number)
            nation.take(number, [record async for record in records(consumer, at)])
    found: dict[int, list[tuple[Any, ...]]] = {number: [] for number in range(TOPIC.partitions)}
    for decision in nation.due():
        found[decision.number] += [(k, v, tuple(headers)) for k, v, headers in decision.records]
    nation.close()
    return found


async def test_of_two_instances_one_decides_and_the_other_goes_on(
    service: Service, tmp_path: Path
) -> None:
    play = Play(service)
    await play.open()
    other = Service(service.kafka, tmp_path / "other")
    other.start()
    try:
        for how in (signal.SIGKILL, signal.SIGTERM):
            await play.one_day()
            await until(play.is_decided, PATIENCE_SECONDS)
            service.end(how)
            service.start()
    finally:
        other.end(signal.SIGKILL)
    await play.one_day()
    await until(play.is_decided, PATIENCE_SECONDS)

    await assert_said_once(play)


async def assert_said_once(play: Play) -> None:
    found = await said(play.service.kafka)

    assert found == await decided_anew(play.service.kafka)
    for subject in found.values():
        keys = Counter(key for key, _, _ in subject if b"closed" not in key)
        assert set(keys.values()) == {1}
        days = [
            NationalDayClosed.model_validate_json(value).through
            for key, value, _ in subject
            if b"closed" in key
        ]
        assert days == sorted(set(days))
    answer = play.service.get("/v1/participation", month="2026-03", by="region")
    assert answer["total"] >= play.exporters
    assert answer["rows"] == [{"value": "MA-03", "exporters": answer["total"]}]
    owed = play.service.get("/v1/exposure", by="debtor")
    assert owed["count"] >= play.exporters
