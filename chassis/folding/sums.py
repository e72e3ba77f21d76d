"""Adding up what moves in one cell."""

from typing import Any

from chassis.folding import native
from chassis.folding.changes import Movement, Totals

Total = tuple[Any, ...]
"""A cell and its measures, whole numbers or None."""


def sum_of(total: Total, movement: Movement | Total) -> Total:
    """The sum, measure by measure: what is nowhere known stays so.

    Raises: ValueError when they do not have the same measures.
    """
    cell, *measures = total
    return (
        cell,
        *(
            None if one is None or other is None else one + other
            for one, other in zip(measures, movement[1:], strict=True)
        ),
    )


if native.COMPILED:
    sum_of = native.placing.sum_of


def add_to(totals: Totals, movement: Movement) -> None:
    """Add what moves to the total of its cell. Raises: ValueError, as `sum_of`."""
    cell = movement.cell
    total = totals.get(cell)
    totals[cell] = movement if total is None else sum_of(total, movement)
