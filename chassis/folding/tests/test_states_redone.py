"""States that a crash took are redone from the ledger, which has them until they are in files."""

import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from chassis.folding.ledger.states import States, StatesError
from chassis.folding.ledger.store import Ledger
from chassis.folding.tests.dying import (
    contents,
    die_at,
    fold_batches,
    opened,
    states_of,
    undisturbed,
)
from chassis.folding.tests.toy import COUNTING

BATCHES = 4


def redo_rows(ledger: Ledger) -> list[int]:
    return [batch for (batch,) in ledger._db.execute("SELECT batch FROM redo ORDER BY batch")]


def secured(ledger: Ledger) -> int:
    found: int = ledger._db.execute("SELECT secured FROM fold").fetchone()[0]
    return found


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
