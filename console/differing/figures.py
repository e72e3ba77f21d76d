"""Figures by two accounts, contribution by contribution, and as cells of the whole country."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from chassis.folding.verifying.live import Outputs

_PLACE = ("generation", "partition", "knowledge_day", "cell")
Measures = dict[str, int]
Cell = tuple[str, ...]


class Contributed(NamedTuple):
    """What a contribution is about: its key without what tells generations apart."""

    partition: int
    day: str
    cell: Cell


Contributions = Mapping[Contributed, Measures]


def contributions(outputs: Outputs, through: date | None = None) -> dict[Contributed, Measures]:
    """Those in the statistics of a partition, up to a knowledge day where one is given.

    One that says nothing is left out: it may have been said and taken back, or never said.
    """
    found: dict[Contributed, Measures] = {}
    for text in outputs.values():
        said: dict[str, Any] = json.loads(text)
        if "cell" not in said or (through and said["knowledge_day"] > through.isoformat()):
            continue
        measures = {name: value for name, value in said.items() if name not in _PLACE}
        if any(measures.values()):
            cell = tuple(said["cell"].values())
            found[Contributed(said["partition"], said["knowledge_day"], cell)] = measures
    return found


class CellDifference(NamedTuple):
    """A measure of a cell of the whole country, in the units of the contract."""

    cell: Cell
    measure: str
    a: int
    b: int


@dataclass
class Figures:
    """How many contributions were compared, and which differ."""

    compared: int = 0
    differing: int = 0
    _sums: dict[Cell, tuple[Counter[str], Counter[str]]] = field(default_factory=dict)

    def compare(self, a: Contributions, b: Contributions) -> None:
        """Compare those of a partition."""
        for contributed in a.keys() | b.keys():
            self.compared += 1
            ours, theirs = a.get(contributed, {}), b.get(contributed, {})
            if ours == theirs:
                continue
            self.differing += 1
            sums = self._sums.setdefault(contributed.cell, (Counter(), Counter()))
            for sum_, measures in zip(sums, (ours, theirs), strict=True):
                sum_.update(measures)

    def cells(self) -> list[CellDifference]:
        """Cells by what differs in them; those in which it cancels out are left out.

        `a` and `b` are the sums of the contributions that differ, not of the whole cell.
        """
        return list(self._cells())

    def _cells(self) -> Iterable[CellDifference]:
        for cell, (a, b) in sorted(self._sums.items()):
            for measure in sorted(a.keys() | b.keys()):
                if a[measure] != b[measure]:
                    yield CellDifference(cell, measure, a[measure], b[measure])
