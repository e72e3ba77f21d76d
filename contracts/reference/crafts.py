"""Which HS codes count as crafts, and the product group of each.

A prefix decides, whether or not the whole code exists in HS 2022: a code of an older edition can be
a craft and yet invalid. The table and its reasons are in `data/craft_headings.csv`.
"""

from functools import lru_cache
from typing import Final, NamedTuple

from contracts.reference.table import labelled, records

PRODUCT_GROUPS: Final = labelled("product_groups", key="slug")
"""Slug and labels of every product group, in the order in which tables show them."""

OTHER: Final = "other"
"""The product group of what is no craft."""

LONGEST_PREFIX: Final = 6
SHORTEST_PREFIX: Final = 4


class CraftHeading(NamedTuple):
    """A prefix of HS codes (4 to 6 digits) that counts as craft."""

    prefix: str
    product_group: str
    description: str
    reason: str


@lru_cache(maxsize=1)
def craft_headings() -> dict[str, CraftHeading]:
    """The craft headings by prefix."""
    headings = [CraftHeading(**record) for record in records("craft_headings")]
    return {heading.prefix: heading for heading in headings}


def product_group(hs_code: str) -> str:
    """The slug of the group of `hs_code`, by its longest prefix; `OTHER` when it is no craft."""
    headings = craft_headings()
    for length in range(LONGEST_PREFIX, SHORTEST_PREFIX - 1, -1):
        if heading := headings.get(hs_code[:length]):
            return heading.product_group
    return OTHER


def is_craft(hs_code: str) -> bool:
    """Whether `hs_code` starts with a craft heading."""
    return product_group(hs_code) != OTHER
