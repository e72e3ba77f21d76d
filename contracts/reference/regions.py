"""The twelve regions of Morocco, ISO 3166-2:MA."""

from typing import Final

from contracts.reference.table import labelled

REGIONS: Final = labelled("regions")
"""Code (`MA-01` to `MA-12`) and names of every region, by code."""

_CODES: Final = frozenset(region.code for region in REGIONS)


def is_region(code: str) -> bool:
    """Whether `code` is one of the twelve; `unknown` is not."""
    return code in _CODES
