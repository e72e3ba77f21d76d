"""Units of quantity: the supplementary units of the Harmonized System that crafts need."""

from typing import Final

from contracts.reference.table import labelled

UNITS: Final = labelled("units")
"""Code and labels of every unit."""

_CODES: Final = frozenset(unit.code for unit in UNITS)


def is_unit(code: str) -> bool:
    """Whether a quantity may be stated in `code`."""
    return code in _CODES
