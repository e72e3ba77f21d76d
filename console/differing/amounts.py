"""Whole numbers of the contract as people read them; no float in between."""

from fractions import Fraction
from typing import NamedTuple

LABELS = {
    "fob_mad_centimes": ("FOB, MAD", 2),
    "open_mad_centimes": ("open receivables, MAD", 2),
    "net_mass_grams": ("net mass, kg", 3),
    "quantity_thousandths": ("quantity", 3),
}
"""What a measure is called, and how many decimals its number has."""


class Measure(NamedTuple):
    label: str
    decimals: int

    @classmethod
    def of(cls, name: str) -> "Measure":
        return cls(*LABELS.get(name, (name.replace("_", " "), 0)))


def plain(number: int, decimals: int = 2) -> str:
    """A decimal string."""
    if not decimals:
        return str(number)
    whole, rest = divmod(abs(number), 10**decimals)
    return f"{'-' if number < 0 else ''}{whole}.{rest:0{decimals}d}"


def grouped(number: int, decimals: int = 2) -> str:
    """The same with its thousands set apart."""
    whole, point, rest = plain(number, decimals).partition(".")
    return f"{int(whole):,}{point}{rest}" if int(whole) else f"{whole}{point}{rest}"


def signed(number: int, decimals: int = 2) -> str:
    """With a sign; nothing where there is no difference."""
    return f"{'+' if number > 0 else ''}{grouped(number, decimals)}" if number else ""


def whole_mad(centimes: int) -> int:
    """Rounded half to even: enough for sums that are read side by side."""
    return round(Fraction(centimes, 100))
