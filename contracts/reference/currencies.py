"""Currencies, ISO 4217."""

from functools import lru_cache
from typing import Final

import pycountry

NO_MONEY: Final = frozenset({"XTS", "XXX"})
"""Codes of ISO 4217 that no price can be stated in: for tests, and "no currency"."""


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """All alphabetic codes that a price can be stated in."""
    return frozenset(currency.alpha_3 for currency in pycountry.currencies) - NO_MONEY


def is_currency(code: str) -> bool:
    """Whether a price can be stated in `code`, in capitals."""
    return code in currencies()
