"""The six-digit codes of the Harmonized System, edition 2022."""

from functools import lru_cache
from typing import Final

from contracts.reference.table import records

EDITION: Final = "HS2022"


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    """All codes, six digits each, of chapters 01 to 97."""
    return frozenset(record["hs_code"] for record in records("hs2022_codes"))


def is_valid(code: str) -> bool:
    """Whether `code` is a code of this edition; one of an older edition may not be."""
    return code in codes()
