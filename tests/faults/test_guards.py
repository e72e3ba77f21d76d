"""Each guard taken away: the damage that it prevents is then seen, and with it there is none.

So the observers of the other tests are no decoration: what they look for does come about.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import pytest

from contracts.export_metrics import Cursor
from services.export_metrics.fold import BatchFold
from services.export_metrics.ledger import files, rows
from services.export_metrics.ledger.files import LedgerLockedError
from services.export_metrics.ledger.store import Ledger
from services.export_metrics.publishing.publisher import Publisher
from services.export_metrics.tests.events import Log
from services.export_metrics.tests.test_fold import items_of
from services.export_metrics.tests.test_fold_properties import fold_into
from services.export_metrics.tests.test_publisher import (
    LOG,
    Broker,
    FakeProducer,
    names,
    publishing,
)

TRIGGERS = ("RiskTriggerConstituted", "RiskTriggerWithdrawn")
SHIPMENTS = 1
guarded = pytest.mark.parametrize("guarded", [True, False])


@dataclass
class FencingBroker(Broker):
    """Refuses the commit of a producer when a later one was started, and knows its last cursor."""

    fences: bool = True
    forgets: bool = False
    producers: list["FencedProducer"] = field(default_factory=list)

    def producer(self) -> "FencedProducer":
        self.producers.append(FencedProducer(self, place=len(self.producers)))
        return self.producers[-1]

    async def read_cursor(self) -> Cursor | None:
        if self.forgets or not self.committed:
            return None
        return Cursor.model_validate(self.committed[-1][-1][2])

    def said_again(self) -> int:
        """How many trigger events stand there more than once."""
        said = Counter(name for each in self.committed for name in names(each) if name in TRIGGERS)
        return sum(number > 1 for number in said.values())

    def went_back(self) -> bool:
        """Whether a transaction tells of less than one before it."""
        reached = [sum(each[-1][2]["offsets"].values()) for each in self.committed]  # type: ignore[attr-defined]  # JSON
        return reached != sorted(reached)


@dataclass
class FencedProducer(FakeProducer):
    place: int = 0

    async def commit_transaction(self) -> None:
        assert isinstance(self.broker, FencingBroker)
        if self.broker.fences and self.place + 1 < len(self.broker.producers):
            raise ConnectionError("fenced")
        await super().commit_transaction()


async def published(data: Path, broker: Broker, end: int) -> None:
    """An owner folds everything up to `end` into a ledger of its own, publishes, and is gone."""
    ledger = Ledger(data, 1, 3)
    fold_into(ledger, LOG, ledger.input(LOG.topic.name).next_offset, end)
    async with publishing(ledger, broker) as publisher:
        await publisher.cursor_known.wait()


@guarded
async def test_a_ledger_behind_the_cursor_is_silent(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = FencingBroker()
    await published(tmp_path / "owner", broker, 4)
    if not guarded:
        monkeypatch.setattr(Publisher, "_has_reached_cursor", lambda _: True)

    await published(tmp_path / "heir", broker, 2)

    assert broker.went_back() is not guarded


@guarded
async def test_triggers_before_the_cursor_are_dropped(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = FencingBroker()
    await published(tmp_path / "owner", broker, 3)
    if not guarded:
        monkeypatch.setattr(Publisher, "_is_due", lambda *_: True)

    await published(tmp_path / "heir", broker, 4)

    assert (broker.said_again() == 0) is guarded


@guarded
async def test_the_cursor_is_read(guarded: bool, tmp_path: Path) -> None:
    broker = FencingBroker(forgets=not guarded)
    await published(tmp_path / "owner", broker, 3)

    await published(tmp_path / "heir", broker, 4)

    assert (broker.said_again() == 0) is guarded


@guarded
async def test_a_former_owner_is_fenced(guarded: bool, tmp_path: Path) -> None:
    broker = FencingBroker(fences=guarded)
    zombie = Ledger(tmp_path / "zombie", 1, 3)
    async with publishing(zombie, broker) as publisher:
        await publisher.cursor_known.wait()
        await published(tmp_path / "heir", broker, 3)

        fold_into(zombie, LOG, 0, 4)
        publisher.wake()
        await broker.transactions(2)

    assert (broker.said_again() == 0) is guarded


@contextmanager
def two_owners(data: Path) -> Iterator[list[Ledger]]:
    """As many of two processes on one machine as get the ledger."""
    owners: list[Ledger] = []
    try:
        owners += [Ledger(data, 1, 3)]
        owners += [Ledger(data, 1, 3)]
        yield owners
    except LedgerLockedError:
        yield owners
    finally:
        for owner in owners:
            owner.close()


@guarded
def test_a_ledger_has_one_owner(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_lock(path: Path) -> TextIO:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.with_suffix(".lock").open("w")

    if not guarded:
        monkeypatch.setattr(files, "lock", no_lock)

    with two_owners(tmp_path) as owners:
        items, topic = items_of(Log(LOG.records[:2])), LOG.topic.name
        known = [owner.known(topic, [item for _, item in items]) for owner in owners]
        for owner, of in zip(owners, known, strict=True):
            owner.commit(topic, 2, BatchFold(of).fold(items))
        counted = sum(row.shipments for row in owners[0].contributions())

    assert (counted == SHIPMENTS) is guarded


@guarded
def test_a_batch_is_one_transaction(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(tmp_path, 1, 3)
    if not guarded:

        @contextmanager
        def autocommit(self: Ledger) -> Iterator[object]:
            yield self._db

        monkeypatch.setattr(Ledger, "_transaction", autocommit)

    def fails(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as full:
        full.setattr(rows, "additions", fails)
        with pytest.raises(OSError, match="no space"):
            fold_into(ledger, LOG, 0, 2)
    fold_into(ledger, LOG, 0, 2)

    counted = sum(row.shipments for row in ledger.contributions())
    assert (counted == SHIPMENTS) is guarded
    ledger.close()
