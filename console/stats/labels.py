"""Dimensions and numbers as people read them."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from contracts.reference.chains import CHAINS
from contracts.reference.countries import country_name
from contracts.reference.crafts import PRODUCT_GROUPS
from contracts.reference.regions import REGIONS

_LABELS: Mapping[str, Mapping[str, str]] = {
    "product_group": {group.code: group.english for group in PRODUCT_GROUPS},
    "region": {region.code: region.english for region in REGIONS},
    "chain": {chain.code: chain.english for chain in CHAINS},
}


def label(dimension: str, code: str | None) -> str:
    """The English name of a code; the code itself where it has none."""
    if code is None:
        return "none"
    if dimension == "partner":
        return country_name(code)
    return _LABELS.get(dimension, {}).get(code, code)


def grouped(number: str) -> str:
    """A decimal string with its thousands set apart."""
    return f"{Decimal(number):,}"


def whole(number: str) -> str:
    """A decimal string without its fraction, half to even, with its thousands set apart."""
    return f"{Decimal(number).quantize(Decimal(1), ROUND_HALF_EVEN):,}"
