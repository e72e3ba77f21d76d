"""Barriers on a real broker: whoever is killed or robbed among them, each thing is said once."""

import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from contracts.codec import to_kafka
from contracts.event import Event
from contracts.orders import InvoicedAmount, InvoiceIssued, PaymentReceived
from contracts.partitioner import partition_of
from contracts.topic import Topic
from contracts.topics import EXPORTS_SHIPMENTS, INSURANCE_RULES, ORDERS_ORDERS, RISK_TRIGGERS
from services.export_metrics.tests.events import closed, envelope, uuid_of
from services.export_metrics.tests.sources import RULE_ID, euros, terms
from tests.integration.test_export_metrics import (
    PATIENCE_SECONDS,
    Service,
    committed,
    pytestmark,
    service,
    until,
    write,
)

__all__ = ["pytestmark", "service"]
ORDERS = 600
WAITING_DAYS = 10
FIRST_DAY = date(2026, 3, 1)
DEFAULT, PAID, LAST = 11, 14, 20
"""Days of play: invoices are due on the first."""


def to(topic: Topic, subject: str, ordinal: int, event: Event) -> list[tuple[int, Any]]:
    """The records of an event: one, or a copy for each partition."""
    record = to_kafka(envelope(event, subject, ordinal, topic))
    numbers = range(topic.partitions) if topic.broadcast else [_partition(topic, subject)]
    return [(number, record) for number in numbers]


def _partition(topic: Topic, key: str) -> int:
    return partition_of(key, topic.partitions)


class Play:
    """Orders of one run, from the day that the inputs have reached."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.start = FIRST_DAY
        self.closed = {t.name: FIRST_DAY for t in (EXPORTS_SHIPMENTS, INSURANCE_RULES)}
        self.closed[ORDERS_ORDERS.name] = FIRST_DAY
        self.orders = [uuid_of(f"{os.getpid()}-barrier-{n}") for n in range(ORDERS)]

    def day(self, number: int) -> date:
        return self.start + timedelta(days=number)

    async def close(self, topic: Topic, number: int, previous: date | None) -> None:
        through = self.day(number)
        marker = closed(through, previous, topic.name)
        record = to_kafka(envelope(marker, f"{topic.name}/0", None, topic))
        everywhere = [(number, record) for number in range(topic.partitions)]
        await write(self.service.kafka, everywhere, topic.name)
        self.closed[topic.name] = through

    async def close_all(self, topic: Topic, first: int, last: int) -> None:
        for number in range(first, last + 1):
            await self.close(topic, number, self.closed[topic.name])

    async def say(self, topic: Topic, records: Sequence[tuple[int, Any]]) -> None:
        await write(self.service.kafka, records, topic.name)

    def invoices(self) -> list[tuple[int, Any]]:
        issued = InvoiceIssued(
            invoice="INV-1",
            issued_on=self.day(1),
            due_on=self.day(1),
            buyer_kind="private",
            amount=InvoicedAmount(
                stated=euros("100"), rate="10", rate_date=self.day(1), mad_centimes=100_000
            ),
        )
        return [each for order in self.orders for each in to(ORDERS_ORDERS, order, 1, issued)]

    def payments(self) -> list[tuple[int, Any]]:
        """A third was paid in time, a third too late, a third is not."""
        return [
            each
            for at, order in enumerate(self.orders)
            if at % 3 < 2
            for each in to(ORDERS_ORDERS, order, 2, self._paid((DEFAULT, DEFAULT + 1)[at % 3]))
        ]

    def _paid(self, on: int) -> PaymentReceived:
        return PaymentReceived(
            invoice="INV-1",
            payment_reference="PAY-1",
            received_on=self.day(on),
            amount=euros("100"),
            method="transfer",
        )

    async def said(self) -> Counter[tuple[str, str]]:
        """How often each kind of trigger of each order is committed."""
        ours = set(self.orders)
        records = await committed(self.service.kafka, RISK_TRIGGERS.name, RISK_TRIGGERS.partitions)
        return Counter(
            (order, dict(record.headers)["ce_type"].decode().split(".")[-2])
            for record in records
            if (order := (record.key or b"").decode().split("/")[0]) in ours
        )

    def expected(self) -> set[tuple[str, str]]:
        ended = ("RiskTriggerWithdrawn", "RiskTriggerSuperseded")
        return {(order, "RiskTriggerConstituted") for order in self.orders} | {
            (order, ended[at % 3]) for at, order in enumerate(self.orders) if at % 3 < 2
        }

    async def until_said(self, least: int) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(said := await self.said()) < least:
            assert time.monotonic() < deadline, f"{len(said)} of {least} were said"

    def decided(self) -> bool:
        partitions = self.service.get("/v1/status").get("partitions", [])
        return len(partitions) == RISK_TRIGGERS.partitions and all(
            each["barrier_day"] == self.day(LAST).isoformat() and each["publishing"] == "ok"
            for each in partitions
        )


async def test_killed_among_barriers_and_robbed_of_its_ledger_it_says_all_once(
    service: Service,
) -> None:
    play = Play(service)
    for topic in (EXPORTS_SHIPMENTS, INSURANCE_RULES, ORDERS_ORDERS):
        await play.close(topic, 0, None)
    await play.say(INSURANCE_RULES, to(INSURANCE_RULES, RULE_ID, 1, terms(WAITING_DAYS)))
    await play.say(ORDERS_ORDERS, play.invoices())
    await play.close_all(ORDERS_ORDERS, 1, PAID - 1)
    await play.say(ORDERS_ORDERS, play.payments())
    await play.close_all(ORDERS_ORDERS, PAID, LAST)
    await play.close_all(EXPORTS_SHIPMENTS, 1, LAST)

    # The rules were silent; now their days come one by one, and then all that are left at once.
    await play.close_all(INSURANCE_RULES, 1, DEFAULT)
    await play.until_said(1)
    service.end(signal.SIGKILL)
    await play.close_all(INSURANCE_RULES, DEFAULT + 1, PAID)
    service.start()
    await play.until_said(ORDERS + 1)
    service.end(signal.SIGKILL)
    shutil.rmtree(service.data / "export-metrics")
    service.start()
    await play.close(INSURANCE_RULES, LAST, play.closed[INSURANCE_RULES.name])
    await until(play.decided)
    await play.until_said(len(play.expected()))

    said = await play.said()
    assert set(said) == play.expected()
    assert set(said.values()) == {1}
