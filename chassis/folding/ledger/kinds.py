"""The kinds of cells of a fold, by number: in a ledger all of them share their tables."""

from collections.abc import Sequence
from typing import Any

from chassis.folding.fold import CellKind
from chassis.folding.sums import Total


class KindsAlikeError(Exception):
    """Two kinds have as many dimensions: their cells could not be told apart."""


class Kinds:
    """`measures` is how many numbers the widest of them has."""

    def __init__(self, kinds: Sequence[CellKind]) -> None:
        """Raises: KindsAlikeError."""
        self.cell_types = [kind.cell_type for kind in kinds]
        self._numbers = {cell_type: number for number, cell_type in enumerate(self.cell_types)}
        self._measures = {kind.cell_type: kind.measures for kind in kinds}
        self.measures = max(self._measures.values())
        self._padding = [(None,) * (self.measures - width) for width in range(self.measures + 1)]
        if len({len(cell_type._fields) for cell_type in self.cell_types}) < len(kinds):
            raise KindsAlikeError(", ".join(map(str, self.cell_types)))

    def number_of(self, cell: Any) -> int:
        """The number of the kind that a cell is of."""
        return self._numbers[type(cell)]

    def padded(self, total: Total) -> Total:
        """A cell with as many numbers as the widest kind has."""
        return total + self._padding[len(total) - 1]

    def measured(self, padded: Total) -> tuple[int | None, ...]:
        """The numbers of a cell, without it and without what they were padded with."""
        return padded[1 : 1 + self._measures[type(padded[0])]]
