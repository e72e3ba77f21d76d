"""States that a crash took are redone; states that are not the ledger's are never used."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from chassis.folding.ledger.states import States, StatesError
from chassis.folding.ledger.store import Ledger
from chassis.folding.tests.dying import (
    PARTITION,
    contents,
    die_at,
    fold_batches,
    opened,
    path_of,
    states_of,
    undisturbed,
)
from chassis.folding.tests.toy import COUNTING, COUNTS, aggregates, counted, fold_items

BATCHES = 4


def redo_rows(ledger: Ledger) -> list[int]:
    return [batch for (batch,) in ledger._db.execute("SELECT batch FROM redo ORDER BY batch")]


def secured(ledger: Ledger) -> int:
    found: int = ledger._db.execute("SELECT secured FROM fold").fetchone()[0]
    return found


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


@pytest.mark.parametrize(
    ("failpoint", "batches"),
    [("before-ledger-commit", 2), ("after-ledger-commit", 3), ("after-states-written", 3)],
)
def test_a_crash_takes_no_state_that_was_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failpoint: str, batches: int
) -> None:
    die_at(monkeypatch, f"{failpoint}:3", tmp_path, BATCHES)

    with capture_logs() as said:
        ledger = opened(tmp_path)

    assert said == []
    assert contents(ledger) == undisturbed(tmp_path / "undisturbed", batches)
    fold_batches(ledger, batches + 1, BATCHES)
    assert contents(ledger) == undisturbed(tmp_path / "whole", BATCHES)
    ledger.close()


def test_what_was_secured_before_a_crash_is_in_the_files(tmp_path: Path) -> None:
    first = opened(tmp_path)
    fold_batches(first, 1, 2)
    first._aggregates.secure()
    living = tmp_path / "killed"
    shutil.copytree(tmp_path / COUNTING.name, living / COUNTING.name)
    first.close()

    second = opened(living)

    assert redo_rows(second) == []
    assert contents(second) == undisturbed(tmp_path / "undisturbed", 2)
    second.close()


def test_what_could_be_lost_is_dropped_only_when_the_store_has_written_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = opened(tmp_path)
    fold_batches(ledger, 1, 3)
    seen: list[list[int]] = []

    def fails(_: States) -> None:
        seen.append(redo_rows(ledger))
        raise StatesError("IO error: No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(States, "flush", fails)
        with pytest.raises(StatesError):
            ledger._aggregates.secure()
    assert (seen, redo_rows(ledger), secured(ledger)) == ([[1, 2, 3]], [1, 2, 3], 0)

    ledger._aggregates.secure()

    assert (redo_rows(ledger), secured(ledger)) == ([], 3)
    ledger.close()


def test_the_store_is_secured_when_much_would_have_to_be_redone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.folding.ledger.aggregates._SECURE_BYTES", 300)
    ledger = opened(tmp_path)

    fold_batches(ledger, 1, BATCHES)

    assert secured(ledger) > 0
    assert redo_rows(ledger) == list(range(secured(ledger) + 1, BATCHES + 1))
    ledger.close()


def test_a_store_that_is_gone_is_redone_while_the_ledger_has_all_of_it(tmp_path: Path) -> None:
    whole = undisturbed(tmp_path, BATCHES)
    shutil.rmtree(states_of(tmp_path))

    ledger = opened(tmp_path)

    assert contents(ledger) == whole
    ledger.close()


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


def test_a_ledger_is_let_go_of_though_its_states_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, close = opened(tmp_path), States.close
    fold_batches(first, 1, 2)

    def close_on_a_full_disk(states: States) -> None:
        close(states)
        raise StatesError("No space left on device")

    monkeypatch.setattr(States, "close", close_on_a_full_disk)
    first.close()
    monkeypatch.undo()

    second = opened(tmp_path)
    assert contents(second) == undisturbed(tmp_path / "undisturbed", 2)
    second.close()
