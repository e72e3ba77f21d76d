"""A snapshot is the ledger as it was between two batches, or is known not to be."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chassis.folding.ledger import restoring, snapshots, snapshotting
from chassis.folding.ledger.identity import last_record
from chassis.folding.ledger.logs import LogId
from chassis.folding.ledger.snapshotting import SnapshotStoppedError, freeze
from chassis.folding.ledger.store import Ledger
from chassis.folding.tests.dying import (
    PARTITION,
    contents,
    fold_batches,
    opened,
    path_of,
    states_of,
    undisturbed,
)
from chassis.folding.tests.keeping import KEPT, folder_in, kept, restored, taken, write
from chassis.folding.tests.toy import COUNTING, COUNTS, counted, record_of

LOG_ID = LogId("a cluster", "0" * 32)


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """The folder of the snapshots."""
    return folder_in(tmp_path)


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    return kept(tmp_path)


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
