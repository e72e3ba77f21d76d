"""A cell has one number, which no crash, no failure and no forgetting gives to another."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.folding.ledger.cells import PUT_CELL, CellNumbers
from chassis.folding.ledger.files import ledger_path
from chassis.folding.ledger.kinds import Kinds
from chassis.folding.ledger.schema import schema
from chassis.folding.tests.dying import contents, fold_batches, opened, undisturbed
from chassis.folding.tests.toy import COUNTING, Cell

KINDS = Kinds(COUNTING.figures.kinds)


def database() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.executescript(schema(1))
    return db


def store(db: sqlite3.Connection, numbers: CellNumbers) -> None:
    db.executemany(PUT_CELL, numbers.new())
    numbers.stored()


def test_numbers_are_the_same_after_reopening() -> None:
    db = database()
    first = CellNumbers(db, KINDS)
    found = {name: first.number_of(Cell(name)) for name in ("a", "é", "")}
    store(db, first)

    again = CellNumbers(db, KINDS)

    assert sorted(found.values()) == [1, 2, 3]
    assert again.number_of(Cell("new")) == 4
    assert {name: again.number_of(Cell(name)) for name in found} == found
    assert [again.cell_of(number) for number in found.values()] == [Cell(name) for name in found]
    db.close()


def test_a_number_that_was_not_stored_is_forgotten() -> None:
    db = database()
    numbers = CellNumbers(db, KINDS)
    numbers.number_of(Cell("kept"))
    store(db, numbers)
    assert numbers.number_of(Cell("undone")) == 2

    numbers.not_stored()

    assert list(numbers.new()) == []
    with pytest.raises(LookupError, match="no cell has the number 2"):
        numbers.cell_of(2)
    assert numbers.number_of(Cell("another")) == 2
    assert (numbers.number_of(Cell("kept")), numbers.cell_of(2)) == (1, Cell("another"))
    db.close()


STEPS = st.lists(
    st.tuples(st.lists(st.sampled_from("abcdefg"), max_size=4), st.sampled_from(["+", "-", "new"])),
    max_size=12,
)


@given(STEPS, st.integers(0, 3))
def test_whatever_is_undone_reopened_or_forgotten_numbers_and_cells_agree(
    steps: list[tuple[list[str], str]], remembered: int
) -> None:
    db, stored = database(), dict[str, int]()
    numbers = CellNumbers(db, KINDS)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("chassis.folding.ledger.cells._REMEMBERED", remembered)
        for names, end in steps:
            given_now = {name: numbers.number_of(Cell(name)) for name in names}
            assert given_now.items() >= {n: stored[n] for n in names if n in stored}.items()
            assert len(set((stored | given_now).values())) == len(stored | given_now)
            if end == "+":
                store(db, numbers)
                stored |= given_now
            elif end == "-":
                numbers.not_stored()
            else:
                numbers = CellNumbers(db, KINDS)
            assert {n: numbers.cell_of(stored[n]).name for n in stored} == {n: n for n in stored}
    db.close()


def test_a_batch_that_is_rolled_back_leaves_no_cell(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    fold_batches(ledger, 1, 1)
    blocker = sqlite3.connect(ledger_path(tmp_path, COUNTING.name, 1, 3))
    blocker.execute("CREATE TRIGGER t BEFORE UPDATE ON fold BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(sqlite3.IntegrityError):
        fold_batches(ledger, 7, 7)
    blocker.execute("DROP TRIGGER t")
    blocker.close()

    fold_batches(ledger, 2, 4)

    assert contents(ledger) == undisturbed(tmp_path / "undisturbed", 4)
    ledger.close()
    again = opened(tmp_path)
    assert contents(again) == undisturbed(tmp_path / "once more", 4)
    again.close()
