"""Batches of a counting ledger, and a process that dies while it folds them."""

from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from chassis.folding.failpoints import EXIT_CODE, VARIABLE
from chassis.folding.ledger.files import ledger_path, states_path
from chassis.folding.ledger.store import Ledger
from chassis.folding.tests.toy import COUNTING, aggregates, counted, figures, fold_items

PARTITION = 3


def opened(folder: Path, partition: int = PARTITION) -> Ledger:
    return Ledger(COUNTING, folder, 1, partition)


def path_of(folder: Path) -> Path:
    return ledger_path(folder, COUNTING.name, 1, PARTITION)


def states_of(folder: Path) -> Path:
    return states_path(path_of(folder))


def fold_batches(ledger: Ledger, first: int, last: int) -> None:
    """The batches `first` to `last`: each has the next event of one counter, and a new counter."""
    for number in range(first, last + 1):
        fold_items(
            ledger,
            counted("old", number, f"name {number % 3}", by=number),
            counted(number, 1, f"name {number}"),
        )


def contents(ledger: Ledger, batches: int = 9) -> Any:
    """Everything that the batches could have left."""
    counters = ["old", *range(1, batches + 1)]
    return ledger.batch, ledger.inputs, aggregates(ledger, *counters), figures(ledger)


def undisturbed(folder: Path, batches: int) -> Any:
    """What is left of so many batches when nothing happens."""
    ledger = opened(folder)
    fold_batches(ledger, 1, batches)
    found = contents(ledger)
    ledger.close()
    return found


def die_at(monkeypatch: pytest.MonkeyPatch, failpoint: str, folder: Path, batches: int) -> None:
    """Fold the batches in a process of its own, which ends at the failpoint as by kill -9."""
    dies_at(monkeypatch, failpoint, _fold, folder, batches)


def dies_at(
    monkeypatch: pytest.MonkeyPatch, failpoint: str, work: Callable[..., object], *args: object
) -> None:
    """As above, with this work: a function of a module, and what it is to be given."""
    with monkeypatch.context() as environment:
        environment.setenv(VARIABLE, failpoint)
        child = get_context("spawn").Process(target=work, args=args)
        child.start()
        child.join()
    assert child.exitcode == EXIT_CODE


def _fold(folder: Path, batches: int) -> None:
    fold_batches(opened(folder), 1, batches)
