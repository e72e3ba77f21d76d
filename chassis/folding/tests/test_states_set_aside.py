"""States that are damaged or not the ledger's are never used: both are set aside."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from chassis.folding.ledger.states import States, StatesError
from chassis.folding.tests.dying import (
    PARTITION,
    contents,
    fold_batches,
    opened,
    path_of,
    states_of,
    undisturbed,
)
from chassis.folding.tests.toy import COUNTS, aggregates, counted, fold_items

BATCHES = 4


def assert_folded_anew(folder: Path, left: Path) -> None:
    """It is set aside, as an error says, and comes to the same when it is folded once more."""
    with capture_logs() as said:
        opening = opened(folder)
    with closing(opening) as ledger:
        assert [(each["log_level"], each["partition"]) for each in said] == [("error", PARTITION)]
        aside = path_of(folder).with_name("p03.sqlite.unsound-1")
        assert (aside.exists(), said[0]["aside"]) == (True, str(aside))
        assert aside.with_name(f"{aside.name}.states").exists()
        assert (ledger.batch, ledger.input(COUNTS.name).next_offset) == (0, 0)
        assert ledger.contributions() == []
        fold_batches(ledger, 1, BATCHES)
        assert contents(ledger) == undisturbed(left, BATCHES)


def closed_after(folder: Path, first: int, last: int) -> None:
    """Fold these batches, secure them, and close the ledger."""
    ledger = opened(folder)
    fold_batches(ledger, first, last)
    ledger._aggregates.secure()
    ledger.close()


def gone(folder: Path) -> None:
    closed_after(folder, 1, BATCHES)
    shutil.rmtree(states_of(folder))


def older(folder: Path) -> None:
    closed_after(folder, 1, 2)
    shutil.copytree(states_of(folder), folder / "kept")
    closed_after(folder, 3, BATCHES)
    shutil.rmtree(states_of(folder))
    shutil.move(folder / "kept", states_of(folder))


def newer(folder: Path) -> None:
    closed_after(folder, 1, 2)
    shutil.copy(path_of(folder), folder / "kept")
    closed_after(folder, 3, BATCHES)
    shutil.move(folder / "kept", path_of(folder))


def without_its_ledger(folder: Path) -> None:
    closed_after(folder, 1, BATCHES)
    path_of(folder).write_bytes(b"")


@pytest.mark.parametrize("lose", [gone, older, newer, without_its_ledger])
def test_a_store_of_another_time_is_set_aside_with_its_ledger(
    tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    lose(tmp_path)

    assert_folded_anew(tmp_path, tmp_path / "undisturbed")


def of_another_ledger(folder: Path) -> None:
    """Another's states, of a batch that this ledger has too."""
    closed_after(folder, 1, BATCHES)
    other = opened(folder / "other")
    fold_batches(other, 5, 5 + BATCHES - 1)
    other._aggregates.secure()
    other.close()
    shutil.rmtree(states_of(folder))
    shutil.copytree(states_of(folder / "other"), states_of(folder))


def test_a_store_of_another_ledger_is_set_aside_with_this_one(tmp_path: Path) -> None:
    of_another_ledger(tmp_path)

    assert_folded_anew(tmp_path, tmp_path / "undisturbed")


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def scribble(path: Path) -> None:
    path.write_bytes(b"\xa5" * path.stat().st_size)


@pytest.mark.parametrize("damage", [cut, scribble, Path.unlink])
@pytest.mark.parametrize("file", ["*.sst", "MANIFEST-*", "CURRENT"])
def test_a_store_with_a_damaged_file_is_set_aside_with_its_ledger(
    tmp_path: Path, file: str, damage: Callable[[Path], None]
) -> None:
    closed_after(tmp_path, 1, BATCHES)
    found = list(states_of(tmp_path).glob(file))
    assert found
    for path in found:
        damage(path)

    assert_folded_anew(tmp_path, tmp_path / "undisturbed")


def test_a_store_that_cannot_be_read_now_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed_after(tmp_path, 1, BATCHES)

    def fails(_: States) -> int:
        raise StatesError("IO error: While pread: Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(States, "applied", fails)
        with pytest.raises(StatesError):
            opened(tmp_path)

    ledger = opened(tmp_path)
    assert contents(ledger) == undisturbed(tmp_path / "undisturbed", BATCHES)
    ledger.close()


def test_a_store_with_a_damaged_block_is_set_aside_when_it_is_opened_next(tmp_path: Path) -> None:
    counters = range(3_000)
    with closing(opened(tmp_path)) as ledger:
        fold_items(ledger, *(counted(each, 1, "name") for each in counters))
        ledger._aggregates.secure()
    for path in states_of(tmp_path).glob("*.sst"):
        damaged = bytearray(path.read_bytes())
        middle = len(damaged) // 2
        damaged[middle : middle + 8_192] = b"\xa5" * 8_192
        path.write_bytes(damaged)
    with closing(opened(tmp_path)) as ledger, pytest.raises(StatesError, match="Corruption"):
        aggregates(ledger, *counters)

    with closing(opened(tmp_path)) as ledger:
        assert (ledger.batch, ledger.contributions()) == (0, [])
