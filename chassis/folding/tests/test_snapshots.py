"""A snapshot is the ledger as it was between two batches, or is known not to be."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chassis.folding.ledger import restoring, snapshots, snapshotting
from chassis.folding.ledger.identity import last_record
from chassis.folding.ledger.logs import LogId
from chassis.folding.ledger.snapshots import UnsoundSnapshotError
from chassis.folding.ledger.snapshotting import Frozen, SnapshotStoppedError, freeze
from chassis.folding.ledger.store import Ledger
from chassis.folding.tests.dying import (
    PARTITION,
    contents,
    dies_at,
    fold_batches,
    opened,
    path_of,
    states_of,
    undisturbed,
)
from chassis.folding.tests.toy import COUNTING, COUNTS, counted, record_of

KEPT = 2
LOG_ID = LogId("a cluster", "0" * 32)


def not_stopped() -> bool:
    return False


def write(frozen: Frozen, folder: Path, kept: int = KEPT) -> Path:
    try:
        return snapshotting.write(frozen, folder, kept, not_stopped)
    finally:
        frozen.release()


def taken(ledger: Ledger, folder: Path, kept: int = KEPT) -> Path:
    return write(freeze(ledger), folder, kept)


def restored(snapshot: Path, data: Path) -> Ledger:
    """A ledger in the folder `data`, which has none."""
    path = path_of(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    copy = restoring.prepare(snapshot, snapshots.manifest_of(snapshot), path)
    give = restoring.Prepared(copy)
    ledger = Ledger(COUNTING, data, 1, PARTITION, give)
    assert give.is_used
    restoring.discard(copy)
    return ledger


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """The folder of the snapshots."""
    return tmp_path / "elsewhere" / "p03.snapshots"


@pytest.fixture
def snapshot(tmp_path: Path, ours: Path) -> Path:
    """After two batches; the ledger is closed."""
    with closing(opened(tmp_path)) as ledger:
        fold_batches(ledger, 1, 2)
        return taken(ledger, ours)


def test_what_is_restored_is_what_was_there_and_goes_on(tmp_path: Path, snapshot: Path) -> None:
    two, four = undisturbed(tmp_path / "two", 2), undisturbed(tmp_path / "four", 4)

    with closing(restored(snapshot, tmp_path / "new")) as ledger:
        assert contents(ledger) == two
        fold_batches(ledger, 3, 4)
        assert contents(ledger) == four
    with closing(opened(tmp_path / "new")) as ledger:
        assert contents(ledger) == four
    with closing(restored(snapshot, tmp_path / "again")) as ledger:  # it was not written to
        assert contents(ledger) == two


def test_what_is_folded_after_the_freezing_is_not_in_it(tmp_path: Path, ours: Path) -> None:
    with closing(opened(tmp_path)) as ledger:
        fold_batches(ledger, 1, 2)
        frozen = freeze(ledger)
        fold_batches(ledger, 3, 4)
        ledger._aggregates.secure()
        snapshot = write(frozen, ours)

    with closing(restored(snapshot, tmp_path / "new")) as again:
        assert contents(again) == undisturbed(tmp_path / "two", 2)


def test_the_states_are_in_files_without_what_is_kept_in_case_they_were_not(
    tmp_path: Path, snapshot: Path
) -> None:
    with closing(sqlite3.connect(snapshot / snapshots.DATABASE)) as db, db:
        db.execute("DELETE FROM redo")
    new = path_of(tmp_path / "new")
    new.parent.mkdir(parents=True)
    shutil.copy(snapshot / snapshots.DATABASE, new)
    shutil.copytree(snapshot / snapshots.STATES, states_of(tmp_path / "new"))

    with closing(opened(tmp_path / "new")) as ledger:
        assert contents(ledger) == undisturbed(tmp_path / "two", 2)


def test_nothing_is_left_beside_the_ledger_or_the_snapshot(
    tmp_path: Path, snapshot: Path, ours: Path
) -> None:
    with closing(restored(snapshot, tmp_path / "new")):
        pass

    for data in (tmp_path, tmp_path / "new"):
        left = {path.name for path in path_of(data).parent.iterdir()}
        assert left == {"p03.lock", "p03.sqlite", "p03.states"}
    assert [path.name for path in ours.iterdir()] == ["000001"]


def test_it_says_what_it_is_of(tmp_path: Path, ours: Path) -> None:
    record = record_of(0, counted("a", 1, "name"))
    with closing(opened(tmp_path)) as ledger:
        fold_batches(ledger, 1, 3)
        inputs = ledger.inputs[COUNTS.name]._replace(last=last_record(record))
        ledger.inputs = {COUNTS.name: inputs}
        ledger.logs.note({COUNTS.name: LOG_ID})
        manifest = snapshots.manifest_of(taken(ledger, ours))

    assert manifest.is_of(COUNTING, 1, PARTITION)
    assert not manifest.is_of(COUNTING, 2, PARTITION)
    assert not manifest.is_of(COUNTING, 1, PARTITION + 1)
    assert (manifest.batch, manifest.records) == (3, 7)
    assert manifest.inputs == {COUNTS.name: inputs}
    assert manifest.logs == {COUNTS.name: LOG_ID}


def test_the_newest_are_kept(tmp_path: Path, ours: Path) -> None:
    with closing(opened(tmp_path)) as ledger:
        for batch in range(1, 5):
            fold_batches(ledger, batch, batch)
            taken(ledger, ours)
            (ours / "making-0123").mkdir()

        found = snapshots.numbered(ours)

    assert [each.name for each in found] == ["000004", "000003"]
    assert [snapshots.manifest_of(each).batch for each in found] == [4, 3]


def test_files_that_never_change_are_shared_on_one_disk(tmp_path: Path, snapshot: Path) -> None:
    def is_shared(file: Path, other: Path) -> bool:
        return other.exists() and file.samefile(other)

    shared = [
        file.suffix
        for file in (snapshot / snapshots.STATES).iterdir()
        if is_shared(file, states_of(tmp_path) / file.name)
    ]
    assert set(shared) == {".sst"}


def test_on_another_disk_they_are_copied(
    tmp_path: Path, ours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    with closing(opened(tmp_path)) as ledger:
        fold_batches(ledger, 1, 2)
        frozen = freeze(ledger)
        monkeypatch.setattr(os, "link", refuse)
        snapshot = write(frozen, ours)

    with closing(restored(snapshot, tmp_path / "new")) as ledger:
        assert contents(ledger) == undisturbed(tmp_path / "two", 2)


def test_one_that_is_given_up_leaves_nothing(tmp_path: Path, ours: Path) -> None:
    with closing(opened(tmp_path)) as ledger:
        fold_batches(ledger, 1, 2)
        frozen = freeze(ledger)
        with pytest.raises(SnapshotStoppedError):
            snapshotting.write(frozen, ours, KEPT, lambda: True)
        frozen.release()

    assert list(ours.iterdir()) == []


@pytest.mark.parametrize("at", ["while-snapshot-is-made", "after-snapshot"])
def test_a_crash_leaves_no_half_of_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ours: Path, at: str
) -> None:
    dies_at(monkeypatch, f"{at}:2", _snapshot_twice, tmp_path, ours)

    whole = snapshots.numbered(ours)
    assert [each.name for each in whole] == (["000001"] if at[0] == "w" else ["000002", "000001"])
    for each in whole:
        snapshots.require_sound(each, snapshots.manifest_of(each))
    with closing(opened(tmp_path)) as ledger:
        fold_batches(ledger, 3, 3)
        taken(ledger, ours)
        assert contents(ledger) == undisturbed(tmp_path / "three", 3)
    assert all(path.name.isdecimal() for path in ours.iterdir())


def _snapshot_twice(folder: Path, ours: Path) -> None:
    ledger = opened(folder)
    for batch in (1, 2):
        fold_batches(ledger, batch, batch)
        taken(ledger, ours)


def test_a_crash_while_one_is_restored_is_made_good_by_restoring_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, snapshot: Path
) -> None:
    new = tmp_path / "new"
    dies_at(monkeypatch, "while-ledger-is-restored:1", restored, snapshot, new)
    assert states_of(new).exists()
    assert not path_of(new).exists()

    with closing(restored(snapshot, new)) as ledger:
        assert contents(ledger) == undisturbed(tmp_path / "two", 2)


def test_a_sound_ledger_is_not_replaced(tmp_path: Path, snapshot: Path) -> None:
    with closing(opened(tmp_path)) as ledger:
        fold_batches(ledger, 3, 3)
    copy = restoring.prepare(snapshot, snapshots.manifest_of(snapshot), path_of(tmp_path))
    give = restoring.Prepared(copy)

    with closing(Ledger(COUNTING, tmp_path, 1, PARTITION, give)) as ledger:
        assert (ledger.batch, give.is_used) == (3, False)


def test_the_log_of_a_lost_ledger_is_not_given_to_what_is_restored(
    tmp_path: Path, snapshot: Path
) -> None:
    path_of(tmp_path).unlink()
    wal = path_of(tmp_path).with_name("p03.sqlite-wal")
    wal.write_bytes(b"of another time")

    with closing(restored(snapshot, tmp_path)) as ledger:
        assert contents(ledger) == undisturbed(tmp_path / "two", 2)
    assert wal.with_name("p03.sqlite.unsound-1-wal").read_bytes() == b"of another time"


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def scribble(path: Path) -> None:
    path.write_bytes(b"\xa5" * path.stat().st_size)


@pytest.mark.parametrize("damage", [cut, scribble, Path.unlink])
@pytest.mark.parametrize("pattern", ["manifest.json", "ledger.sqlite", "states/*.sst", "states/C*"])
def test_one_that_is_damaged_is_not_restored(
    tmp_path: Path, snapshot: Path, pattern: str, damage: Callable[[Path], None]
) -> None:
    for path in list(snapshot.glob(pattern)):
        damage(path)
    new = path_of(tmp_path / "new")

    with pytest.raises(UnsoundSnapshotError):
        restoring.prepare(snapshot, snapshots.manifest_of(snapshot), new)

    assert not new.with_suffix(".restoring").exists()


def test_one_with_a_file_too_many_is_not_sound(snapshot: Path) -> None:
    (snapshot / snapshots.STATES / "000099.sst").write_bytes(b"")

    with pytest.raises(UnsoundSnapshotError, match=r"states/000099\.sst"):
        snapshots.require_sound(snapshot, snapshots.manifest_of(snapshot))


def test_of_another_version_of_the_manifest_it_is_nobodys(snapshot: Path) -> None:
    path = snapshot / snapshots.MANIFEST
    path.write_bytes(path.read_bytes().replace(b'"format":1', b'"format":2'))

    assert not snapshots.manifest_of(snapshot).is_of(COUNTING, 1, PARTITION)
