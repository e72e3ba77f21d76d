"""What a crash leaves of a snapshot, and what damage does to one, is never taken for a ledger."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chassis.folding.ledger import restoring, snapshots
from chassis.folding.ledger.snapshots import UnsoundSnapshotError
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
from chassis.folding.tests.keeping import folder_in, kept, restored, taken
from chassis.folding.tests.toy import COUNTING


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """The folder of the snapshots."""
    return folder_in(tmp_path)


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    return kept(tmp_path)


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
