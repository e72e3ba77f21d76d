"""A broker in memory, with fencing, on which generations of a fold follow each other."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka.errors import ProducerFenced

from chassis.folding.fold import Fold
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.charge import Role
from chassis.folding.publishing.publisher import Publisher
from chassis.folding.publishing.sending import Producer
from chassis.folding.publishing.succession import SaidSoFar
from contracts.event import Event
from contracts.export_metrics import Cursor
from contracts.topics import RISK_TRIGGERS, cursors
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests.events import Log, delivered
from services.export_metrics.tests.test_fold_properties import fold_into
from services.export_metrics.tests.test_publisher import LOG as LIFE
from services.export_metrics.tests.test_publisher import A, Broker, FakeProducer, publishing

KINDS = {kind.__name__: kind for kind in EXPORT_STATISTICS.decisions}
LOG = Log(list(LIFE.records)).append(A, 4, delivered())
"""That of the publisher's tests, and one more word on the same shipment."""
SOON = 20.0
Before = Callable[[], Awaitable[object]]


@dataclass
class SharedBroker(Broker):
    """`epochs` counts the producers of each transactional id: the last one alone may commit. In
    `open` are those whose transactions are open."""

    epochs: Counter[str] = field(default_factory=Counter)
    open: set[str] = field(default_factory=set)
    commit_seconds: float = 0.0

    def records(self, topic: str) -> list[tuple[str, dict[str, object]]]:
        return [(n, data) for each in self.committed for t, n, data in each if t == topic]

    def decisions(self) -> list[Event]:
        return [KINDS[name].model_validate(d) for name, d in self.records(RISK_TRIGGERS.name)]


@dataclass
class GenerationBus:
    """The broker as one publisher of a generation sees it. `before_said` takes its time;
    `read_from` are the places from which decisions were read."""

    broker: SharedBroker
    generation: int
    before_said: Before | None = None
    read_from: list[int] = field(default_factory=list)

    def new_producer(self, role: Role) -> Producer:
        id_ = "in-charge" if role is Role.IN_CHARGE else f"silent-{self.generation}"
        return EpochProducer(self.broker, id_=id_)

    async def read_cursor(self, generation: int) -> Cursor | None:
        while self.broker.open:  # noqa: ASYNC110 - as a reader of what is committed waits
            await asyncio.sleep(0.001)
        return await self.decided_cursor(generation)

    async def decided_cursor(self, generation: int) -> Cursor | None:
        await asyncio.sleep(0)
        said = self.broker.records(cursors(generation).name)
        return Cursor.model_validate(said[-1][1]) if said else None

    async def said(self, before: SaidSoFar) -> SaidSoFar:
        if self.before_said is not None and not before.next_offset:
            await self.before_said()
        self.read_from.append(before.next_offset)
        decisions = self.broker.decisions()
        new = decisions[before.next_offset :]
        return SaidSoFar([*before.events, *new], len(decisions))


@dataclass
class EpochProducer(FakeProducer):
    id_: str = ""
    epoch: int = 0

    async def start(self) -> None:
        await super().start()
        shared = self._shared()
        shared.epochs[self.id_] += 1
        self.epoch = shared.epochs[self.id_]
        shared.open.discard(self.id_)  # that of a former owner is aborted

    async def begin_transaction(self) -> None:
        self._require_unfenced()
        await super().begin_transaction()
        self._shared().open.add(self.id_)

    async def stop(self) -> None:
        await super().stop()
        if self.epoch == self._shared().epochs[self.id_]:
            self._shared().open.discard(self.id_)

    async def commit_transaction(self) -> None:
        await asyncio.sleep(self._shared().commit_seconds)
        self._require_unfenced()
        await super().commit_transaction()
        self._shared().open.discard(self.id_)

    def _require_unfenced(self) -> None:
        if self.epoch != self._shared().epochs[self.id_]:
            raise ProducerFenced

    def _shared(self) -> SharedBroker:
        assert isinstance(self.broker, SharedBroker)
        return self.broker


@asynccontextmanager
async def generation(
    fold: Fold, data: Path, bus: GenerationBus, folded: int
) -> AsyncIterator[tuple[Publisher, Ledger]]:
    ledger = Ledger(fold, data, bus.generation, 3)
    fold_into(ledger, LOG, 0, folded)
    async with publishing(ledger, bus) as publisher:
        yield publisher, ledger


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not what():  # noqa: ASYNC110 - what is looked at has no event
            await asyncio.sleep(0.001)


def has(publisher: Publisher, role: Role) -> bool:
    return publisher.role is role
