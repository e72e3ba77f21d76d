"""What the broker may not have yet: neither forgotten nor told without need."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from chassis.folding.ledger import contributions
from chassis.folding.ledger.cells import PUT_CELL, CellNumbers
from chassis.folding.ledger.contributions import Contributions
from chassis.folding.ledger.kinds import Kinds
from chassis.folding.ledger.schema import schema
from chassis.folding.ledger.store import Unpublished
from chassis.folding.sums import sum_of
from chassis.folding.tests.dying import opened
from chassis.folding.tests.toy import COUNTING, TODAY, Cell, Moved, counted, fold_items

KINDS = Kinds(COUNTING.figures.kinds)


def names(outputs: Unpublished) -> dict[str, Sequence[int | None]]:
    return {row.cell.name: row.measures for row in outputs.contributions}


def test_what_changes_while_it_is_published_is_published_again(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    fold_items(ledger, counted(1, 1, "a"), counted(2, 1, "b"))
    on_its_way = ledger.unpublished()
    fold_items(ledger, counted(1, 2, "a", by=5), counted(3, 1, "c"))

    ledger.mark_published(on_its_way)

    assert names(on_its_way) == {"a": (1,), "b": (1,)}
    assert names(ledger.unpublished()) == {"a": (6,), "c": (1,)}
    ledger.mark_published(ledger.unpublished())
    assert names(ledger.unpublished()) == {}
    ledger.close()


def test_reopening_keeps_what_was_not_published_and_no_more(tmp_path: Path) -> None:
    first = opened(tmp_path)
    fold_items(first, counted(1, 1, "a"), counted(2, 1, "b"))
    on_its_way = first.unpublished()
    fold_items(first, counted(1, 2, "a", by=5))
    first.mark_published(on_its_way)
    left = first.unpublished()
    first.close()

    second = opened(tmp_path)
    found = second.unpublished()
    second.mark_published(found)
    second.close()

    assert names(left) == {"a": (6,)}
    assert (found.batch, found.contributions, found.closings) == (
        left.batch,
        left.contributions,
        left.closings,
    )
    third = opened(tmp_path)
    left_at_last = third.unpublished()
    third.close()
    assert names(left_at_last) == {}


Moves = Sequence[tuple[date, str, int]]


def totals_of(moved: Moves) -> dict[date, dict[Cell, Moved]]:
    totals: dict[date, dict[Cell, Moved]] = {}
    for day, name, by in moved:
        of_day = totals.setdefault(day, {})
        before = of_day.get(Cell(name), Moved(Cell(name), 0))
        of_day[Cell(name)] = Moved(*sum_of(before, Moved(Cell(name), by)))
    return totals


class Model:
    """Contributions beside a plain count of the same: in batches, some of them published."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.executescript(schema(1))
        self.batch = self.published = 0
        self.totals: Counter[tuple[str, str]] = Counter()
        self.changed: dict[tuple[str, str], int] = {}
        self.reopen()

    def reopen(self) -> None:
        self.cells = CellNumbers(self.db, KINDS)
        self.under_test = Contributions(self.db, self.cells, KINDS, self.published)

    def add(self, moved: Moves) -> None:
        self.batch += 1
        for day, name, by in moved:
            self.totals[day.isoformat(), name] += by
            self.changed[day.isoformat(), name] = self.batch
        self.under_test.add(self.batch, totals_of(moved))
        self.db.executemany(PUT_CELL, self.cells.new())
        self.cells.stored()
        self.under_test.stored(self.batch)

    def undone(self, moved: Moves) -> None:
        """The same in a transaction that fails."""
        self.db.execute("BEGIN")
        self.under_test.add(self.batch + 1, totals_of(moved))
        self.db.execute("ROLLBACK")
        self.cells.not_stored()
        self.under_test.not_stored()

    def publish(self, batch: int) -> None:
        self.published = max(self.published, batch)
        self.under_test.published(self.published)

    def check(self) -> None:
        unpublished = self.under_test.unpublished()
        assert [(row.day, self.cells.number_of(row.cell)) for row in unpublished] == sorted(
            (day, self.cells.number_of(Cell(name)))
            for (day, name), batch in self.changed.items()
            if batch > self.published
        )
        for rows in (unpublished, self.under_test.everything()):
            for row in rows:
                assert row.measures == (self.totals[row.day, row.cell.name],)
        assert len(self.under_test.everything()) == len(self.totals)


MOVED = st.tuples(
    st.sampled_from([TODAY, date(2026, 3, 3)]), st.sampled_from("abcde"), st.integers(-3, 3)
)
MOVES = st.lists(MOVED, max_size=5)
STEPS = st.lists(
    MOVES | st.tuples(MOVES) | st.integers(0, 3) | st.just("reopen"), min_size=1, max_size=15
)


@given(STEPS, st.sampled_from([0, 2, contributions.REMEMBERED]))
def test_whatever_happens_between_what_is_unpublished_is_what_changed_since(
    steps: list[Moves | tuple[Moves] | int | str], remembered: int
) -> None:
    """A whole number publishes up to so many batches ago; moves in a tuple are undone."""
    model = Model()
    patched = contributions.REMEMBERED
    contributions.REMEMBERED = remembered
    try:
        for step in steps:
            match step:
                case list():
                    model.add(step)
                case tuple():
                    model.undone(*step)
                case int():
                    model.publish(max(0, model.batch - step))
                case _:
                    model.reopen()
            model.check()
    finally:
        contributions.REMEMBERED = patched
        model.db.close()
