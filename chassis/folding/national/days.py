"""What partitions contributed to the days that are not decided yet, until all have closed them."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from msgspec import json

from chassis.folding.fold import CellKind
from chassis.folding.ledger.contributions import columns
from chassis.folding.national.fold import Contributed, Moved


class Days:
    """The days of one subject, in a table of no name: on disk where it is large, and gone with us.

    Contributions are absolute: what comes again takes its own place. A partition adds nothing to a
    day that it has closed.
    """

    def __init__(self, kind: CellKind, partitions: int) -> None:
        names = columns(kind.measures)
        self._partitions = partitions
        self._cell = json.Decoder(kind.cell_type)
        self._closed: dict[int, date] = {}
        self._decided: date | None = None
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute(
            f"CREATE TABLE moved (day TEXT, cell TEXT, partition INTEGER, {', '.join(names)}, "
            "PRIMARY KEY (day, cell, partition)) WITHOUT ROWID"
        )
        marks = ", ".join("?" * (3 + len(names)))
        sums = ", ".join(f"sum({name})" for name in names)
        self._put = f"INSERT OR REPLACE INTO moved VALUES ({marks})"  # noqa: S608 - names of ours
        self._of_day = f"SELECT cell, {sums} FROM moved WHERE day = ? GROUP BY cell ORDER BY cell"  # noqa: S608

    def take(self, partition: int, contributed: Iterable[Contributed]) -> None:
        """Keep what a partition contributed to days that are not decided."""
        decided = "" if self._decided is None else self._decided.isoformat()
        rows = [
            (day, json.encode(cell).decode(), partition, *measures)
            for day, cell, measures in contributed
            if day > decided
        ]
        if rows:
            self._db.execute("BEGIN")
            self._db.executemany(self._put, rows)
            self._db.execute("COMMIT")

    def close(self, partition: int, through: date) -> None:
        """A partition has said all of the days up to `through`."""
        self._closed[partition] = max(through, self._closed.get(partition, through))

    def due(self) -> Iterator[tuple[date, Sequence[Moved]]]:
        """The days that can be decided now, one after the other, each with what it moved.

        From the first day on that moved anything, none is left out.
        """
        through = self._through()
        while through is not None and (day := self._next_day()) is not None and day <= through:
            found = self._db.execute(self._of_day, (day.isoformat(),))
            moved = [(self._cell.decode(cell), tuple(sums)) for cell, *sums in found]
            self._decided = day
            self._db.execute("DELETE FROM moved WHERE day <= ?", (day.isoformat(),))
            yield day, moved

    def drop(self) -> None:
        self._db.close()

    def _through(self) -> date | None:
        """The last day that all partitions have closed."""
        return min(self._closed.values()) if len(self._closed) == self._partitions else None

    def _next_day(self) -> date | None:
        if self._decided is not None:
            return self._decided + timedelta(days=1)
        first = self._db.execute("SELECT min(day) FROM moved").fetchone()[0]
        return None if first is None else date.fromisoformat(first)
