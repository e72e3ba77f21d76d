"""The contributions of all partitions in one table, and the questions that it answers.

Quantities of different units never add up: a group has a quantity where all its shipments state one
in the same unit, and none otherwise. A group in which everything is zero is left out.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from msgspec.structs import astuple

from chassis.folding.picture.closings import Closings
from contracts.export_metrics import Cell, Contribution, PartitionClosed
from services.export_metrics.domain.figures import FIGURES_REST_ON
from services.export_metrics.picture.indicators import Group
from services.export_metrics.picture.period import Period
from services.export_metrics.picture.published import Published, of_contract

Figures = Published | Contribution | PartitionClosed

DIMENSIONS = tuple(Cell.model_fields)
_WIDTH = 3 + len(DIMENSIONS) + 4
_CELL_COLUMNS = ", ".join(DIMENSIONS)
_CREATE = f"""
    CREATE TABLE contributions (
        key TEXT, partition INTEGER, day TEXT, {_CELL_COLUMNS}, fob, grams, quantity, shipments,
        PRIMARY KEY (key, partition)
    ) WITHOUT ROWID
"""
_PUT = f"INSERT OR REPLACE INTO contributions VALUES ({', '.join('?' * _WIDTH)})"  # noqa: S608 - no input in it
# What was corrected away under another unit must not make a group look mixed, so units that came to
# nothing are left out before the groups are formed.
_BY_UNIT = """
    SELECT {names} unit AS of_unit, sum(fob) AS fob, sum(grams) AS grams, sum(quantity) AS quantity,
        sum(shipments) AS shipments
    FROM contributions WHERE {conditions} GROUP BY {names} of_unit
    HAVING sum(fob) <> 0 OR sum(grams) <> 0 OR total(quantity) <> 0 OR sum(shipments) <> 0
"""
_SUMS = """
    sum(fob), sum(grams), CASE WHEN count(*) = 1 THEN sum(quantity) END, sum(shipments)
"""
_NOT_ALL_ZERO = "sum(fob) <> 0 OR sum(grams) <> 0 OR sum(shipments) <> 0 OR sum(quantity) <> 0"
_SAYS_SOMETHING = "(fob <> 0 OR grams <> 0 OR shipments <> 0 OR ifnull(quantity, 0) <> 0)"
_IN_WINDOW = "sum(CASE WHEN month BETWEEN ? AND ? AND day <= ? THEN fob ELSE 0 END)"

Where = Mapping[str, Sequence[str]]
"""By dimension the values of which any will do. The empty string stands for no unit."""


class Sums(NamedTuple):
    """Centimes of MAD, grams, thousandths of a unit (None: no common unit), shipments."""

    fob: int
    grams: int
    quantity: int | None
    shipments: int


class Answer(NamedTuple):
    """Groups in the order of their dimensions, with the total of all that was selected."""

    groups: list[tuple[Group, Sums]]
    total: Sums


class Span(NamedTuple):
    """The months of what was selected, and the latest day on which any of it became known."""

    months: Period
    last_change: date


class Window(NamedTuple):
    """A period as known on a day; None: now."""

    period: Period
    known_on: date | None


class NationalFigures:
    """Everything that the partitions have published, `apply` after `apply`."""

    def __init__(self, partitions: int) -> None:
        self.closings = Closings(partitions, FIGURES_REST_ON)
        self.first_day: date | None = None
        """The first knowledge day of all: nothing was known before it."""
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        self._db.execute(_CREATE)

    def apply(self, partition: int, events: Sequence[Figures]) -> None:
        """Take over what a partition published. Contributions replace those of the same key."""
        rows = list(_rows(partition, events))
        self._db.execute("BEGIN")
        self._db.executemany(_PUT, rows)
        self._db.execute("COMMIT")
        if rows:
            earliest = date.fromisoformat(min(row[2] for row in rows))
            self.first_day = min(earliest, self.first_day or earliest)
        for event in events:
            if isinstance(event, PartitionClosed):
                self.closings.note(partition, event)

    def ask(
        self,
        by: Sequence[str],
        where: Where,
        known_on: date | None = None,
        period: Period | None = None,
    ) -> Answer:
        """Group by dimensions among what is `where`. Both name DIMENSIONS."""
        conditions, values = _conditions(where, known_on, period)
        fob, grams, quantity, shipments = next(self._sums((), conditions, values))
        return Answer(
            groups=[
                (row[: len(by)], Sums(*row[len(by) :]))
                for row in (self._sums(by, conditions, values) if by else ())
            ],
            total=Sums(fob or 0, grams or 0, quantity, shipments or 0),
        )

    def compare(
        self, by: Sequence[str], where: Where, windows: Sequence[Window]
    ) -> dict[Group, list[int]]:
        """The FOB value of each group in each of the windows."""
        earliest = min(window.period.first for window in windows)
        latest = max(window.period.last for window in windows)
        conditions, values = _conditions(where, period=Period(earliest, latest))
        names = ", ".join(by) or "NULL"
        sums = ", ".join([_IN_WINDOW] * len(windows))
        bounds = [
            bound
            for window in windows
            for bound in (*window.period, (window.known_on or date.max).isoformat())
        ]
        query = (
            f"SELECT {sums}, {names} FROM contributions "  # noqa: S608 - as in _sums
            f"WHERE {conditions} GROUP BY {names}"
        )
        found = self._db.execute(query, (*bounds, *values))
        width = len(windows)
        return {row[width : width + len(by)]: list(row[:width]) for row in found}

    def span(
        self, where: Where, known_on: date | None, period: Period | None = None
    ) -> Span | None:
        """What was selected, of all months or of a period; None when there is nothing."""
        conditions, values = _conditions(where, known_on, period)
        query = (
            "SELECT min(month), max(month), max(day) FROM contributions "  # noqa: S608 - as in _sums
            f"WHERE {conditions} AND {_SAYS_SOMETHING}"
        )
        first, last, day = self._db.execute(query, values).fetchone()
        return day and Span(Period(first, last), date.fromisoformat(day))

    def _sums(
        self, by: Sequence[str], conditions: str, values: tuple[str, ...]
    ) -> Iterator[tuple[Any, ...]]:
        units = _BY_UNIT.format(names="".join(f"{name}, " for name in by), conditions=conditions)
        names = ", ".join(by)
        # S608: what is put into the text are names of DIMENSIONS; what comes from outside is bound.
        query = (
            f"SELECT {names}, {_SUMS} FROM ({units}) "  # noqa: S608
            f"GROUP BY {names} HAVING {_NOT_ALL_ZERO} ORDER BY {names}"
            if by
            else f"SELECT {_SUMS} FROM ({units})"  # noqa: S608
        )
        return self._db.execute(query, values)


def _conditions(
    where: Where, known_on: date | None = None, period: Period | None = None
) -> tuple[str, tuple[str, ...]]:
    """The condition in SQL, and the values to be bound to it in their order."""
    parts = [
        f"ifnull({name}, '') IN ({', '.join('?' * len(any_of))})" for name, any_of in where.items()
    ]
    values = [value for any_of in where.values() for value in any_of]
    if known_on is not None:
        parts.append("day <= ?")
        values.append(known_on.isoformat())
    if period is not None:
        parts.append("month BETWEEN ? AND ?")
        values += period
    return " AND ".join(parts) or "TRUE", tuple(values)


def _rows(partition: int, events: Sequence[Figures]) -> Iterator[tuple[Any, ...]]:
    for event in events:
        if isinstance(event, PartitionClosed):
            continue
        published = of_contract(event) if isinstance(event, Contribution) else event
        yield (
            published.key,
            partition,
            published.knowledge_day,
            *astuple(published.cell),
            published.fob_mad_centimes,
            published.net_mass_grams,
            published.quantity_thousandths,
            published.shipments,
        )
