"""Each guard taken away: the damage that it prevents is then seen, and with it there is none.

So the observers of the other tests are no decoration: what they look for does come about.
"""

import shutil
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from sqlite3 import IntegrityError
from typing import Any, TextIO

import pytest

from contracts.export_metrics import Cursor
from tests.faults.adapter import (
    GUARDS,
    LOG,
    Aggregates,
    Broker,
    FakeProducer,
    Ledger,
    LedgerLockedError,
    Out,
    Role,
    StatesError,
    counted,
    files,
    fold_batch,
    names,
    opened,
    prepared,
    publishing,
    rows,
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

    def new_producer(self, role: Role) -> "FencedProducer":
        self.producers.append(FencedProducer(self, place=len(self.producers)))
        return self.producers[-1]

    async def read_cursor(self, generation: int) -> Cursor | None:
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


def fold(ledger: Ledger, start: int, end: int) -> None:
    fold_batch(ledger, LOG.topic.name, LOG.records[start:end])


async def published(data: Path, broker: Broker, end: int) -> None:
    """An owner folds everything up to `end` into a ledger of its own, publishes, and is gone."""
    ledger = opened(data, 3)
    fold(ledger, ledger.input(LOG.topic.name).next_offset, end)
    async with publishing(ledger, broker) as publisher:
        await publisher.cursor_known.wait()


@guarded
async def test_a_ledger_behind_the_cursor_is_silent(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = FencingBroker()
    await published(tmp_path / "owner", broker, 4)
    if not guarded:
        monkeypatch.setattr(Out, "is_reached_by", lambda *_: True)

    await published(tmp_path / "heir", broker, 2)

    assert broker.went_back() is not guarded


@guarded
async def test_triggers_before_the_cursor_are_dropped(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = FencingBroker()
    await published(tmp_path / "owner", broker, 3)
    if not guarded:
        monkeypatch.setattr(*GUARDS["triggers before the cursor are dropped"])

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
    zombie = opened(tmp_path / "zombie", 3)
    async with publishing(zombie, broker) as publisher:
        await publisher.cursor_known.wait()
        await published(tmp_path / "heir", broker, 3)

        fold(zombie, 0, 4)
        publisher.wake()
        await broker.transactions(2)

    assert (broker.said_again() == 0) is guarded


LOCKS = ("the ledger's lock", "the lock of its states", "the number of the batch")


@pytest.mark.parametrize("left", range(len(LOCKS) + 1))
def test_a_ledger_has_one_owner(left: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of these is left, the second of two processes on one machine counts nothing."""
    for lock in LOCKS[: len(LOCKS) - left]:
        unlock(lock, monkeypatch)
    owner = opened(tmp_path, 3)
    commit = prepared(owner, LOG.topic.name, LOG.records[:2])

    with ExitStack() as stack:
        if left:
            stack.enter_context(pytest.raises((LedgerLockedError, StatesError, IntegrityError)))
        second = opened(tmp_path, 3)
        stack.callback(second.close)
        commit_second = prepared(second, LOG.topic.name, LOG.records[:2])
        commit()
        commit_second()

    if left > 1:
        commit()
    assert (counted(owner) == SHIPMENTS) is (left > 0)
    owner.close()


def unlock(lock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what keeps a second owner out."""
    folders, write = count(), Aggregates.write

    def no_lock(path: Path) -> TextIO:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.with_suffix(".lock").open("w")

    def states_apart(path: Path) -> Path:
        return path.with_suffix(f".states-{next(folders)}")

    def write_over(self: Aggregates, batch: int, *what: Any) -> Any:
        self._db.execute("DELETE FROM redo WHERE batch = ?", (batch,))
        return write(self, batch, *what)

    match lock:
        case "the ledger's lock":
            monkeypatch.setattr(files, "lock", no_lock)
        case "the lock of its states":
            monkeypatch.setattr(files, "states_path", states_apart)
        case _:
            monkeypatch.setattr(Aggregates, "write", write_over)


@guarded
def test_a_batch_is_one_transaction(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = opened(tmp_path, 3)
    if not guarded:
        monkeypatch.setattr(*GUARDS["a batch is one transaction"])

    def fails(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as full:
        full.setattr(rows, "said", fails)
        with pytest.raises(OSError, match="no space"):
            fold(ledger, 0, 2)
    fold(ledger, 0, 2)

    assert (counted(ledger) == SHIPMENTS) is guarded
    ledger.close()


@guarded
def test_states_are_kept_until_they_are_in_files(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        monkeypatch.setattr(*GUARDS["states are kept until they are in files"])
    living = opened(tmp_path / "living", 3)
    fold(living, 0, 2)
    shutil.copytree(tmp_path / "living", tmp_path / "killed")
    living.close()

    killed = opened(tmp_path / "killed", 3)
    fold(killed, 1, 2)  # the export once more

    assert (counted(killed) == SHIPMENTS) is guarded
    killed.close()
