"""Cells of several kinds in the tables of one ledger: each with its own numbers."""

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import pytest

from chassis.folding.ledger.cells import PUT_CELL, CellNumbers
from chassis.folding.ledger.contributions import Contributions
from chassis.folding.ledger.kinds import Kinds, KindsAlikeError
from chassis.folding.ledger.schema import schema
from chassis.folding.tests.toy import TODAY, Cell, Counts, Moved
from contracts.export_metrics import ExporterContribution


class Place(NamedTuple):
    name: str
    country: str


class Measured(NamedTuple):
    cell: Place
    length: int
    width: int | None


class Measures:
    cell_type = Place
    measures = 2
    contribution_type = ExporterContribution

    def contribution(
        self, generation: int, partition: int, day: str, cell: Place, measures: Sequence[int | None]
    ) -> tuple[str, bytes]:
        raise NotImplementedError


def test_each_kind_gets_back_what_it_gave() -> None:
    kinds = Kinds((Counts(), Measures()))
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.executescript(schema(kinds.measures))
    cells = CellNumbers(db, kinds)
    under_test = Contributions(db, cells, kinds, 0)
    counted, measured = Moved(Cell("a"), 5), Measured(Place("a", "MA"), 7, None)
    day: dict[date, dict[object, object]] = {
        TODAY: {counted.cell: counted, measured.cell: measured}
    }

    for batch in (1, 2):
        under_test.add(batch, day)
        db.executemany(PUT_CELL, cells.new())
        cells.stored()
        under_test.stored(batch)

    again = Contributions(db, CellNumbers(db, kinds), kinds, 0)
    for found in (under_test.unpublished(), again.unpublished()):
        assert [(type(row.cell), row.cell, row.measures) for row in found] == [
            (Cell, ("a",), (10,)),
            (Place, ("a", "MA"), (14, None)),
        ]
    db.close()


def test_kinds_whose_cells_could_be_equal_are_refused() -> None:
    with pytest.raises(KindsAlikeError):
        Kinds((Counts(), Counts()))
