"""The contributions of all partitions in one table, and the questions that it answers.

Quantities of different units never add up: a group has a quantity where all its shipments state one
in the same unit, and none otherwise. A group in which everything is zero is left out.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from msgspec.structs import astuple

from contracts.export_metrics import Cell, Contribution, PartitionClosed
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


class Sums(NamedTuple):
    """Centimes of MAD, grams, thousandths of a unit (None: no common unit), shipments."""

    fob: int
    grams: int
    quantity: int | None
    shipments: int


class Answer(NamedTuple):
    """Groups in the order of their dimensions, with the total of all that was selected.

    `last_month` and `last_day` are the latest month and knowledge day among them.
    """

    groups: list[tuple[tuple[str | None, ...], Sums]]
    total: Sums
    last_month: str | None
    last_day: date | None


class NationalFigures:
    """Everything that the partitions have published, `apply` after `apply`."""

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions
        self._closed: dict[int, date] = {}
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        self._db.execute(_CREATE)

    def apply(self, partition: int, events: Sequence[Figures]) -> None:
        """Take over what a partition published. Contributions replace those of the same key."""
        self._db.execute("BEGIN")
        self._db.executemany(_PUT, _rows(partition, events))
        self._db.execute("COMMIT")
        for event in events:
            if isinstance(event, PartitionClosed):
                self._closed[partition] = event.through

    def closed_through(self) -> date | None:
        """The last day that all partitions have closed; None while one has closed none."""
        if len(self._closed) < self._partitions:
            return None
        return min(self._closed.values())

    def ask(self, by: Sequence[str], where: Mapping[str, str]) -> Answer:
        """Group by dimensions, among what equals `where`. Both name DIMENSIONS.

        The empty string in `where` stands for no unit.
        """
        conditions = " AND ".join([f"ifnull({name}, '') = ?" for name in where]) or "TRUE"
        values = tuple(where.values())
        fob, grams, quantity, shipments = next(self._sums((), conditions, values))
        last_month, last_day = self._latest(conditions, values)
        return Answer(
            groups=[
                (row[: len(by)], Sums(*row[len(by) :]))
                for row in (self._sums(by, conditions, values) if by else ())
            ],
            total=Sums(fob or 0, grams or 0, quantity, shipments or 0),
            last_month=last_month,
            last_day=None if last_day is None else date.fromisoformat(last_day),
        )

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

    def _latest(self, conditions: str, values: tuple[str, ...]) -> tuple[str | None, str | None]:
        query = f"SELECT max(month), max(day) FROM contributions WHERE {conditions}"  # noqa: S608 - as above
        month, day = self._db.execute(query, values).fetchone()
        return month, day


def _rows(partition: int, events: Sequence[Figures]) -> Iterator[tuple[object, ...]]:
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
