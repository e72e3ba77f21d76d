"""A broker in memory that fences: what publishers of one partition make of it can be counted."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from contracts.export_metrics import Contribution, Cursor
from tests.faults.adapter import (
    LOG,
    Broker,
    FakeProducer,
    Ledger,
    Role,
    fold_batch,
    names,
    opened,
    publishing,
)

TRIGGERS = ("RiskTriggerConstituted", "RiskTriggerWithdrawn")


@dataclass
class FencingBroker(Broker):
    """Refuses the commit of a producer when a later one was started, and knows its last cursor.

    `meanwhile` happens once, when a producer is about to be started.
    """

    fences: bool = True
    forgets: bool = False
    meanwhile: Callable[[], Awaitable[object]] | None = None

    def new_producer(self, role: Role) -> "FencedProducer":
        return FencedProducer(self)

    async def read_cursor(self, generation: int) -> Cursor | None:
        if self.forgets or not self.committed:
            return None
        return Cursor.model_validate(self.committed[-1][-1][2])

    def triggers(self) -> Counter[str]:
        """How often each trigger event stands there."""
        return Counter(name for each in self.committed for name in names(each) if name in TRIGGERS)

    def said_again(self) -> int:
        """How many trigger events stand there more than once."""
        return sum(number > 1 for number in self.triggers().values())

    def contributions(self) -> list[Contribution]:
        said = (record for each in self.committed for record in each)
        return [Contribution.model_validate(x) for _, name, x in said if name == "Contribution"]

    def went_back(self) -> bool:
        """Whether a transaction tells of less than one before it."""
        reached = [sum(each[-1][2]["offsets"].values()) for each in self.committed]  # type: ignore[attr-defined]  # JSON
        return reached != sorted(reached)


@dataclass
class FencedProducer(FakeProducer):
    place: int = 0

    async def start(self) -> None:
        broker = self._of_these_tests()
        meanwhile, broker.meanwhile = broker.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        await super().start()
        self.place = broker.started

    async def commit_transaction(self) -> None:
        broker = self._of_these_tests()
        if broker.fences and self.place < broker.started:
            raise ConnectionError("fenced")
        await super().commit_transaction()

    def _of_these_tests(self) -> FencingBroker:
        assert isinstance(self.broker, FencingBroker)
        return self.broker


def fold(ledger: Ledger, start: int, end: int) -> None:
    fold_batch(ledger, LOG.topic.name, LOG.records[start:end])


async def published(data: Path, broker: Broker, end: int) -> None:
    """An owner folds everything up to `end` into a ledger of its own, publishes, and is gone."""
    ledger = opened(data, 3)
    fold(ledger, ledger.input(LOG.topic.name).next_offset, end)
    async with publishing(ledger, broker) as publisher:
        await publisher.cursor_known.wait()
