"""Countries, ISO 3166-1 alpha-2, and the partner that stands for an unknown one."""

from functools import lru_cache
from typing import Final

import pycountry

UNKNOWN_PARTNER: Final = "ZZ"
"""The partner of a shipment of unknown destination: no country, but shown in every table."""


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {
        country.alpha_2: getattr(country, "common_name", country.name)
        for country in pycountry.countries
    }


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """All assigned alpha-2 codes; `UNKNOWN_PARTNER` is none of them."""
    return frozenset(_names())


def is_country(code: str) -> bool:
    """Whether `code` is an assigned alpha-2 code, in capitals."""
    return code in countries()


def is_partner(code: str) -> bool:
    """Whether `code` may stand as the partner of a shipment: a country, or unknown."""
    return code == UNKNOWN_PARTNER or is_country(code)


def country_name(code: str) -> str:
    """The English name of a partner for tables; a code that is none is given back as it is."""
    return "Unknown" if code == UNKNOWN_PARTNER else _names().get(code, code)
