"""The formulas of the indicators. Pure, and exact: values are whole centimes, results fractions.

A formula that has no value says why; it never gives a number instead. Percentages and points are
out of 100. Who shows a result rounds it; what cannot be exact is rounded here, to PLACES.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import NamedTuple

PLACES = 2
"""Decimal places in which percentages and points are shown."""

_UNIT = 10**PLACES
Group = tuple[str | None, ...]
"""One value for each dimension; None stands for no unit."""


class NoValue(StrEnum):
    """Why an indicator has no value."""

    NEW = "new"
    NOT_MEANINGFUL = "not-meaningful"
    BASE_NOT_POSITIVE = "base-not-positive"
    TOTAL_NOT_POSITIVE = "total-not-positive"
    NEGATIVE = "negative"
    UNKNOWN_NOT_RANKED = "unknown-not-ranked"
    PERIOD_OPEN = "period-open"
    VINTAGE_NOT_KEPT = "vintage-not-kept"
    NO_QUANTITY = "no-quantity"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    NoValue.NEW: "new: nothing in the base",
    NoValue.NOT_MEANINGFUL: "the base is too small to compare with",
    NoValue.BASE_NOT_POSITIVE: "the base is zero or less",
    NoValue.TOTAL_NOT_POSITIVE: "the whole is zero or less",
    NoValue.NEGATIVE: "corrections outweigh what they correct",
    NoValue.UNKNOWN_NOT_RANKED: "what is not known is not ranked",
    NoValue.PERIOD_OPEN: "the period is not complete yet",
    NoValue.VINTAGE_NOT_KEPT: "the figures begin after the day in question",
    NoValue.NO_QUANTITY: "no quantity was stated",
}

Result = Fraction | NoValue


class Bounds(NamedTuple):
    """What a number lies between, both included."""

    lower: Fraction
    upper: Fraction


def growth(value: int, base: int, floor_: int = 0) -> Result:
    """100 (value / base - 1) percent. A base below `floor_` gives a meaningless number: none."""
    if base == 0 and value > 0:
        return NoValue.NEW
    if base <= 0:
        return NoValue.BASE_NOT_POSITIVE
    if base < floor_:
        return NoValue.NOT_MEANINGFUL
    return Fraction(100 * (value - base), base)


def contributions(changes: Mapping[Group, int], base: int) -> dict[Group, Fraction]:
    """100 change / base points for each group, in steps of 10**-PLACES, by largest remainder.

    They add up exactly to the rounded growth of the whole. Equal remainders go by the order of the
    groups' names, so the order in which they are given does not matter. `base` is above zero.
    """
    exact = {group: Fraction(100 * _UNIT * change, base) for group, change in changes.items()}
    steps = {group: floor(points) for group, points in exact.items()}
    missing = round(sum(exact.values(), Fraction(0))) - sum(steps.values())
    by_remainder = sorted(exact, key=lambda g: (steps[g] - exact[g], in_order(g)))
    for group in by_remainder[:missing]:
        steps[group] += 1
    return {group: Fraction(count, _UNIT) for group, count in steps.items()}


def share(part: int, whole: int) -> Result:
    """100 part / whole percent."""
    return Fraction(100 * part, whole) if whole > 0 else NoValue.TOTAL_NOT_POSITIVE


def share_change(now: Result, before: Result) -> Result:
    """The difference of two shares in points."""
    if isinstance(now, NoValue):
        return now
    return before if isinstance(before, NoValue) else now - before


def ranks(values: Mapping[Group, int], not_ranked: Iterable[Group] = ()) -> dict[Group, int]:
    """1 + the number of larger ones: 1, 2, 2, 4. Those not ranked are not counted either."""
    ranked = sorted(values.keys() - set(not_ranked), key=lambda group: -values[group])
    place_of: dict[int, int] = {}
    for place, group in enumerate(ranked, 1):
        place_of.setdefault(values[group], place)
    return {group: place_of[values[group]] for group in ranked}


def cagr(first: int, last: int, years: int) -> Result:
    """100 ((last / first)**(1 / years) - 1) percent, to PLACES: most roots are irrational.

    `years` is the distance of the two, at least 1: from 2021 to 2024 it is 3.
    """
    if first <= 0:
        return NoValue.BASE_NOT_POSITIVE
    if last < 0:
        return NoValue.NEGATIVE
    halves = 2 * 100 * _UNIT  # in half steps, to see on which side of a tie the root lies
    root = _whole_root(halves**years * last // first, years)
    steps, over_half = divmod(root, 2)
    is_tie = root**years * first == halves**years * last
    if over_half and (not is_tie or steps % 2):
        steps += 1
    return Fraction(steps, _UNIT) - 100


def index(value: int, base: int) -> Result:
    """100 value / base: the base is 100."""
    return Fraction(100 * value, base) if base > 0 else NoValue.BASE_NOT_POSITIVE


def concentration(known: Iterable[int], unknown: int) -> Bounds | NoValue:
    """The Herfindahl-Hirschman index: 10,000 times the sum of squared shares.

    What is unknown may be spread so thin that it adds nothing, or belong to the largest alone.
    """
    values = list(known)
    whole = sum(values) + unknown
    if any(value < 0 for value in (*values, unknown)):
        return NoValue.NEGATIVE
    if whole <= 0:
        return NoValue.TOTAL_NOT_POSITIVE
    squares = sum(value**2 for value in values)
    largest = max(values, default=0)
    most = squares - largest**2 + (largest + unknown) ** 2
    return Bounds(Fraction(10_000 * squares, whole**2), Fraction(10_000 * most, whole**2))


def unit_value(centimes: int, thousandths: int | None) -> Result:
    """Units of money for one unit of quantity. Not a price: it hides what the goods are."""
    if thousandths is None or thousandths == 0:
        return NoValue.NO_QUANTITY
    if thousandths < 0 or centimes < 0:
        return NoValue.NEGATIVE
    return Fraction(10 * centimes, thousandths)


def in_order(group: Group) -> tuple[str, ...]:
    """What groups are sorted by."""
    return tuple(name or "" for name in group)


def _whole_root(number: int, degree: int) -> int:
    """The largest whole number whose power of `degree` is not above `number`."""
    low, high = 0, 1 << (number.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if middle**degree <= number:
            low = middle
        else:
            high = middle - 1
    return low
