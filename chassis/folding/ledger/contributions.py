"""The figures of a partition: for each cell and knowledge day that day's whole total."""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from chassis.folding.changes import Totals
from chassis.folding.ledger.cells import CellNumbers
from chassis.folding.ledger.kinds import Kinds


class ContributionRow(NamedTuple):
    """`day` is an ISO date; `measures` are whole numbers, or None where there is none."""

    cell: Any
    day: str
    measures: tuple[int | None, ...]


SCAN_FROM = 100
Key = tuple[str, int]
"""Day and number of the cell."""


def columns(measures: int) -> list[str]:
    return [f"m{number}" for number in range(measures)]


class Contributions:
    """Those of one ledger, and which of them the broker may not have yet."""

    def __init__(
        self, db: sqlite3.Connection, cells: CellNumbers, kinds: Kinds, published: int
    ) -> None:
        self._db = db
        self._cells = cells
        self._kinds = kinds
        names = columns(kinds.measures)
        sums = ", ".join(f"{name} = {name} + excluded.{name}" for name in names)
        marks = ", ".join("?" * kinds.measures)
        self._add = (
            f"INSERT INTO contributions VALUES (?, ?, ?, {marks}) "  # noqa: S608 - names of ours
            f"ON CONFLICT (day, cell) DO UPDATE SET changed = excluded.changed, {sums}"
        )
        self._select = f"SELECT {', '.join(names)} FROM contributions "  # noqa: S608 - as above
        self._select_all = f"SELECT day, cell, {', '.join(names)} FROM contributions "  # noqa: S608
        self._changed: dict[Key, int] = dict(self._changed_after(published))

    def add(self, batch: int, totals: Mapping[date, Totals]) -> dict[Key, int]:
        """Add what a batch moved, inside its transaction. `added` is to be told afterwards."""
        number_of, pad = self._cells.number_of, self._kinds.padded
        rows = [
            ((day.isoformat(), number_of(cell)), pad(total[1:]))
            for day, of_day in totals.items()
            for cell, total in of_day.items()
        ]
        self._db.executemany(self._add, ((*key, batch, *padded) for key, padded in rows))
        return dict.fromkeys((key for key, _ in rows), batch)

    def added(self, changed: Mapping[Key, int]) -> None:
        """The transaction of `add` is committed."""
        self._changed |= changed

    def unpublished(self) -> list[ContributionRow]:
        """Those that were changed since they were published last, by day and cell number."""
        if len(self._changed) > SCAN_FROM:
            return self._scanned()
        return [self._row(key) for key in sorted(self._changed)]

    def _scanned(self) -> list[ContributionRow]:
        """The same, going through all of their days: quicker for many."""
        changed = self._changed
        days = sorted({day for day, _ in changed})
        found = (
            row
            for day in days
            for row in self._db.execute(f"{self._select_all} WHERE day = ? ORDER BY cell", (day,))
        )
        return [self._of(row[:2], row[2:]) for row in found if row[:2] in changed]

    def published(self, batch: int) -> None:
        """The broker has them as they were after `batch`."""
        self._changed = {key: at for key, at in self._changed.items() if at > batch}

    def everything(self) -> list[ContributionRow]:
        """All of them, in the order of their days and the numbers of their cells."""
        return [self._row(key) for key, _ in self._changed_after(-1)]

    def _row(self, key: Key) -> ContributionRow:
        found = self._db.execute(f"{self._select} WHERE day = ? AND cell = ?", key).fetchone()
        return self._of(key, found)

    def _of(self, key: Key, padded: tuple[int | None, ...]) -> ContributionRow:
        cell = self._cells.cell_of(key[1])
        return ContributionRow(cell, key[0], self._kinds.measured(cell, padded))

    def _changed_after(self, batch: int) -> Iterator[tuple[Key, int]]:
        found = self._db.execute(
            "SELECT day, cell, changed FROM contributions WHERE changed > ?", (batch,)
        )
        return ((row[:2], row[2]) for row in found)
