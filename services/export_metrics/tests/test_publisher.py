"""What is sent when: fenced, beyond the cursor, the cursor last."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.bus import Bus
from chassis.folding.publishing.charge import Role
from chassis.folding.publishing.publisher import Publisher
from chassis.folding.publishing.sending import BatchBuilder, Producer
from chassis.folding.publishing.succession import SaidSoFar
from contracts.codec import from_kafka
from contracts.export_metrics import Cursor
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import ExportMetricsSettings
from services.export_metrics.tests.events import (
    TOPIC,
    Log,
    delivered,
    exported,
    goods,
    lost,
    uuid_of,
)
from services.export_metrics.tests.test_fold_properties import fold_into

A = uuid_of("a")
LOG = Log().opened().append(A, 1, exported(goods(5))).append(A, 2, lost()).append(A, 3, delivered())
SETTINGS = ExportMetricsSettings(publish_pause=0.001, closing_pause=0.001)


@dataclass
class Broker:
    """A broker for tests: committed transactions, and how many commits shall fail first."""

    committed: list[list[tuple[str, str, dict[str, object]]]] = field(default_factory=list)
    failures: int = 0
    started: int = 0
    cursor: Cursor | None = None
    grown: asyncio.Event = field(default_factory=asyncio.Event)

    def new_producer(self, role: Role) -> Producer:
        assert role is Role.IN_CHARGE, "there is no generation before the first"
        return FakeProducer(self)

    async def read_cursor(self, generation: int) -> Cursor | None:
        assert generation == 1
        assert self.started, "the cursor is read after the former owner was fenced"
        return self.cursor

    async def decided_cursor(self, generation: int) -> Cursor | None:
        return self.cursor

    async def said(self, before: SaidSoFar) -> SaidSoFar:
        return before

    async def transactions(self, number: int) -> list[list[tuple[str, str, dict[str, object]]]]:
        while len(self.committed) < number:
            self.grown.clear()
            await self.grown.wait()
        return self.committed


@dataclass
class FakeBatch:
    records: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def append(
        self,
        *,
        timestamp: float | None,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
    ) -> object:
        assert timestamp is None
        envelope = from_kafka(key, value, headers)
        self.records.append((envelope.type.split(".")[-2], json.loads(envelope.data)))
        return envelope


@dataclass
class FakeProducer:
    broker: Broker
    open: list[tuple[str, str, dict[str, object]]] | None = None

    async def start(self) -> None:
        self.broker.started += 1

    async def stop(self) -> None:
        self.open = None

    async def begin_transaction(self) -> None:
        assert self.open is None
        self.open = []

    def create_batch(self) -> FakeBatch:
        return FakeBatch()

    async def send_batch(
        self, batch: BatchBuilder, topic: str, *, partition: int
    ) -> asyncio.Future[object]:
        assert self.open is not None
        assert partition == 3
        assert isinstance(batch, FakeBatch)
        self.open += [(topic, name, data) for name, data in batch.records]
        done: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    async def commit_transaction(self) -> None:
        assert self.open is not None
        if self.broker.failures:
            self.broker.failures -= 1
            raise ConnectionError("the outcome is not known")
        self.broker.committed.append(self.open)
        self.open = None
        self.broker.grown.set()


def names(transaction: list[tuple[str, str, dict[str, object]]]) -> list[str]:
    return [name for _, name, _ in transaction]


@asynccontextmanager
async def publishing(ledger: Ledger, broker: Bus) -> AsyncIterator[Publisher]:
    publisher = Publisher(ledger, SETTINGS, broker)
    task = asyncio.create_task(publisher.run())
    try:
        yield publisher
    finally:
        publisher.stop()
        await task
        ledger.close()


def cursor(next_offset: int) -> Cursor:
    return Cursor(generation=1, partition=3, offsets={TOPIC: next_offset})


async def test_a_transaction_holds_all_that_is_unpublished_and_the_cursor_last(
    tmp_path: Path,
) -> None:
    ledger, broker = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3), Broker()
    fold_into(ledger, LOG, 0, 3)

    async with publishing(ledger, broker):
        (transaction,) = await broker.transactions(1)

    assert names(transaction) == [
        "Contribution",
        "ExporterContribution",
        "PartitionClosed",
        "RiskTriggerConstituted",
        "Cursor",
    ]
    topics = [topic for topic, _, _ in transaction]
    assert topics == [
        "export-metrics.statistics.v1.g1",
        "export-metrics.statistics.v1.g1",
        "export-metrics.statistics.v1.g1",
        "export-metrics.risk-triggers.v1",
        "export-metrics.cursors.v1.g1",
    ]
    assert transaction[-1][2]["offsets"] == {TOPIC: 3}


async def test_what_comes_later_is_sent_later_and_only_that(tmp_path: Path) -> None:
    ledger, broker = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3), Broker()
    fold_into(ledger, LOG, 0, 3)

    async with publishing(ledger, broker) as publisher:
        await broker.transactions(1)
        fold_into(ledger, LOG, 3, 4)
        publisher.wake()
        await broker.transactions(2)

    assert [names(t) for t in broker.committed[1:]] == [
        ["RiskTriggerWithdrawn", "PartitionClosed", "Cursor"]
    ]


async def test_after_an_unknown_outcome_another_producer_begins_anew(
    tmp_path: Path,
) -> None:
    ledger, broker = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3), Broker(failures=1)
    fold_into(ledger, LOG, 0, 3)

    async with publishing(ledger, broker) as publisher:
        (transaction,) = await broker.transactions(1)

    assert (broker.started, publisher.retrying.fails) == (2, False)
    assert "RiskTriggerConstituted" in names(transaction)


async def test_triggers_before_the_cursor_are_out_already(tmp_path: Path) -> None:
    ledger, broker = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3), Broker(cursor=cursor(3))
    fold_into(ledger, LOG, 0, 4)

    async with publishing(ledger, broker):
        (transaction,) = await broker.transactions(1)

    assert names(transaction) == [
        "Contribution",
        "ExporterContribution",
        "PartitionClosed",
        "RiskTriggerWithdrawn",
        "Cursor",
    ]


async def test_a_ledger_behind_the_cursor_is_silent_until_it_has_reached_it(
    tmp_path: Path,
) -> None:
    ledger, broker = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3), Broker(cursor=cursor(4))

    async with publishing(ledger, broker) as publisher:
        for end in (1, 2, 3, 4):
            fold_into(ledger, LOG, end - 1, end)
            publisher.wake()
            await asyncio.sleep(0)
        await broker.transactions(1)

    assert [t[-1][2]["offsets"] for t in broker.committed] == [{TOPIC: 4}]
    assert names(broker.committed[0]) == [
        "Contribution",
        "ExporterContribution",
        "PartitionClosed",
        "Cursor",
    ]


async def test_what_is_folded_last_is_published_before_the_end(tmp_path: Path) -> None:
    ledger, broker = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3), Broker()
    fold_into(ledger, LOG, 0, 2)

    async with publishing(ledger, broker):
        await broker.transactions(1)
        fold_into(ledger, LOG, 2, 4)

    assert broker.committed[-1][-1][2]["offsets"] == {TOPIC: 4}


async def test_a_ledger_in_which_nothing_changed_costs_no_transaction(tmp_path: Path) -> None:
    ledger, broker = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3), Broker()

    async with publishing(ledger, broker) as publisher:
        publisher.wake()

    assert broker.committed == []
