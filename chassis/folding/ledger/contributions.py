"""The figures of a partition: for each cell and knowledge day that day's whole total."""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from chassis.folding.changes import Totals
from chassis.folding.ledger.cells import CellNumbers
from chassis.folding.ledger.kinds import Kinds
from chassis.folding.sums import Total, sum_of


class ContributionRow(NamedTuple):
    """`day` is an ISO date; `measures` are whole numbers, or None where there is none."""

    cell: Any
    day: str
    measures: tuple[int | None, ...]


REMEMBERED = 30_000
"""So many totals stay in memory."""
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
        names = ", ".join(columns(kinds.measures))
        marks = ", ".join("?" * kinds.measures)
        self._put = f"INSERT OR REPLACE INTO contributions VALUES (?, ?, ?, {marks})"  # noqa: S608 - names of ours
        self._select = f"SELECT changed, day, cell, {names} FROM contributions WHERE "  # noqa: S608 - as above
        self._changed: dict[Key, int] = {}
        self._totals: dict[Key, Total] = {}
        """Of the cells that moved last: read from the file, each of them would cost as much as
        all else about it."""
        self._whole: set[str] = set()
        """Days of which every total is in memory."""
        self._moved: dict[Key, Total] = {}
        """What the open transaction makes of some."""
        for batch, key, total in self._found("changed > ?", published):
            self._changed[key], self._totals[key] = batch, total

    def add(self, batch: int, totals: Mapping[date, Totals]) -> None:
        """Add what a batch moved, inside its transaction; how that ends is to be told."""
        number_of, padded, moved = self._cells.number_of, self._kinds.padded, self._moved
        keys: list[Key] = []
        for day, of_day in totals.items():
            text = day.isoformat()
            self._look_at(text)
            for cell, movement in of_day.items():
                key = (text, number_of(cell))
                total = self._total(key)
                more = padded(movement)
                moved[key] = more if total is None else sum_of(total, more)
                keys.append(key)
        self._db.executemany(self._put, ((*key, batch, *moved[key][1:]) for key in keys))

    def stored(self, batch: int) -> None:
        """The transaction of a batch is committed."""
        self._totals |= self._moved
        self._changed |= dict.fromkeys(self._moved, batch)
        self._moved.clear()
        if len(self._totals) > REMEMBERED:
            self._forget()

    def not_stored(self) -> None:
        """The transaction was undone."""
        self._moved.clear()

    def unpublished(self) -> list[ContributionRow]:
        """Those that were changed since they were published last, by day and cell number."""
        return [self._row(key, self._total(key)) for key in sorted(self._changed)]

    def published(self, batch: int) -> None:
        """The broker has them as they were after `batch`."""
        self._changed = {key: at for key, at in self._changed.items() if at > batch}

    def everything(self) -> list[ContributionRow]:
        """All of them, in the order of their days and the numbers of their cells."""
        return [self._row(key, total) for _, key, total in self._found("true ORDER BY day, cell")]

    def _forget(self) -> None:
        """Keep those that the broker does not have, unless they are most of them."""
        kept = self._changed if len(self._changed) <= REMEMBERED // 2 else {}
        self._totals = {key: total for key, total in self._totals.items() if key in kept}
        self._whole.clear()

    def _row(self, key: Key, total: Total | None) -> ContributionRow:
        if total is None:
            raise LookupError(f"there is no contribution of {key}")
        return ContributionRow(total[0], key[0], self._kinds.measured(total))

    def _total(self, key: Key) -> Total | None:
        total = self._moved.get(key) or self._totals.get(key)
        if total is None and key[0] not in self._whole:
            found = next(self._found("day = ? AND cell = ?", *key), None)
            return found and found[2]
        return total

    def _look_at(self, day: str) -> None:
        """Note a day of which nothing is stored yet: what is in memory is all of it."""
        if day not in self._whole and next(self._found("day = ? LIMIT 1", day), None) is None:
            self._whole.add(day)

    def _found(self, where: str, *values: object) -> Iterator[tuple[int, Key, Total]]:
        """With the batch that changed each last."""
        for batch, day, number, *measures in self._db.execute(self._select + where, values):
            yield batch, (day, number), (self._cells.cell_of(number), *measures)
