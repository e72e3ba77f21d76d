"""The production chains (filières) of the registry: a working list, not the official one.

Law 50-17 counts thirteen chains; their official names were not found. `data/chains.csv` says so for
each line. A chain is stated by the producer and never inferred from an HS code.
"""

from typing import Final

from contracts.reference.table import labelled

OFFICIAL: Final = False
"""Whether the list is the official one; to be shown wherever the chains are."""

CHAINS: Final = labelled("chains", key="slug")
"""Slug and labels of every chain."""

_SLUGS: Final = frozenset(chain.code for chain in CHAINS)


def is_chain(slug: str) -> bool:
    """Whether `slug` is in the working list; `unknown` is not."""
    return slug in _SLUGS
