"""The contributions of one kind of cell, among those of a ledger."""

from collections.abc import Iterable
from typing import Any

from chassis.folding.ledger.contributions import ContributionRow
from services.export_metrics.domain.figures import CellKey


def exports(rows: Iterable[ContributionRow]) -> list[ContributionRow]:
    """Those of the cells of exports."""
    return of_kind(CellKey, rows)


def of_kind(cell_type: Any, rows: Iterable[ContributionRow]) -> list[ContributionRow]:
    return [row for row in rows if type(row.cell) is cell_type]
