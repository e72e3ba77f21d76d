"""Each guard of a ledger, and of what enters it, taken away: the damage that it prevents is then
seen, and with it there is none."""

import shutil
from contextlib import closing, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from sqlite3 import IntegrityError
from typing import Any, TextIO

import pytest

from contracts.topics import EXPORTS_SHIPMENTS
from tests.faults.adapter import (
    EXPORT_STATISTICS,
    GENERATION,
    GUARDS,
    LOG,
    Aggregates,
    Broker,
    Contributions,
    InputReader,
    LedgerLockedError,
    LedgerMismatchError,
    Partition,
    Publisher,
    Settings,
    StatesError,
    counted,
    files,
    fold_batch,
    ledger_path,
    opened,
    prepared,
)
from tests.faults.fencing import fold
from tests.faults.guarded import guarded, raising

SHIPMENTS = 1
EXPORTS = EXPORTS_SHIPMENTS.name
READER = InputReader(EXPORT_STATISTICS, EXPORTS_SHIPMENTS)


LOCKS = ("the ledger's lock", "the lock of its states", "the number of the batch")


@pytest.mark.parametrize("left", range(len(LOCKS) + 1))
def test_a_ledger_has_one_owner(left: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of these is left, the second of two processes on one machine counts nothing."""
    for lock in LOCKS[: len(LOCKS) - left]:
        unlock(lock, monkeypatch)
    owner = opened(tmp_path, 3)
    commit = prepared(owner, LOG.topic.name, LOG.records[:2])

    kept_out = raising(LedgerLockedError, StatesError, IntegrityError, when=left > 0)
    with kept_out, closing(opened(tmp_path, 3)) as second:
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
        full.setattr(Contributions, "add", fails)  # when states are written, and figures are not
        with pytest.raises(OSError, match="no space"):
            fold(ledger, 0, 2)
    ledger.close()
    ledger = opened(tmp_path, 3)  # as the process does
    is_right = False
    with suppress(LookupError):  # a state names a cell that was never written
        fold(ledger, 0, 2)
        is_right = counted(ledger) == SHIPMENTS

    assert is_right is guarded
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


@guarded
def test_states_are_those_of_their_ledger(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of a deleted ledger have placed what the new one has not counted."""
    if not guarded:
        monkeypatch.setattr(*GUARDS["states are those of their ledger"])
    deleted = opened(tmp_path / "deleted", 3)
    fold(deleted, 0, 2)
    deleted.close()
    opened(tmp_path / "new", 3).close()
    # Without a database states are set aside: these stand beside one that is not theirs.
    old, new = (ledger_path(tmp_path / of, GENERATION, 3) for of in ("deleted", "new"))
    shutil.rmtree(new.with_suffix(".states"))
    shutil.copytree(old.with_suffix(".states"), new.with_suffix(".states"))

    ledger = opened(tmp_path / "new", 3)
    with suppress(LookupError):  # of the cells that they name
        fold(ledger, 0, 2)

    assert (counted(ledger) == SHIPMENTS) is guarded
    ledger.close()


@guarded
def test_a_ledger_is_that_of_its_partition(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another's would count again in this partition what it counted in its own."""
    if not guarded:
        monkeypatch.setattr(*GUARDS["a ledger is that of its partition"])
    another = opened(tmp_path, 3)
    fold(another, 0, 2)
    another.close()
    theirs, ours = (ledger_path(tmp_path, GENERATION, number) for number in (3, 4))
    theirs.rename(ours)
    theirs.with_suffix(".states").rename(ours.with_suffix(".states"))

    with raising(LedgerMismatchError, when=guarded), closing(opened(tmp_path, 4)) as ledger:
        assert counted(ledger) == SHIPMENTS


@guarded
def test_what_stands_where_its_key_does_not_belong_counts_nothing(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a copy that strayed into another partition would be that one's first."""
    if not guarded:
        monkeypatch.setattr(*GUARDS["a record stands where its key belongs"])
    opening, exported, *_ = LOG.records
    elsewhere = (exported.partition + 1) % EXPORTS_SHIPMENTS.partitions
    ledger = opened(tmp_path, elsewhere)

    fold_batch(ledger, LOG.topic.name, [opening, replace(exported, partition=elsewhere)])

    assert (counted(ledger) == 0) is guarded
    ledger.close()


@guarded
async def test_what_is_broken_is_put_aside_before_the_ledger_passes_it(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it is nowhere when the process dies in between, or the broker is gone."""
    if not guarded:
        monkeypatch.setattr(*GUARDS["what is broken is put aside first"])
    ledger = opened(tmp_path, 3)
    opening, exported, *_ = LOG.records
    publisher = Publisher(ledger, Settings(publish_pause=0.001), Broker())
    partition = Partition(ledger, publisher, no_broker)
    partition.publish()
    with suppress(ConnectionError):
        await partition.fold(EXPORTS, READER, [opening, replace(exported, value=b"{}")])
        partition.commit(EXPORTS, behind=False)
    passed = ledger.input(EXPORTS).next_offset > exported.offset
    await partition.close()

    assert passed is not guarded


async def no_broker(*_: object) -> None:
    raise ConnectionError("no broker")
