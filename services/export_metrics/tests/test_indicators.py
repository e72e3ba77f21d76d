"""The formulas of the indicators, each with its edges."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.export_metrics.picture.indicators import (
    PLACES,
    Bounds,
    Group,
    NoValue,
    Result,
    cagr,
    concentration,
    contributions,
    growth,
    index,
    ranks,
    share,
    share_change,
    unit_value,
)
from services.export_metrics.picture.rounding import decimal, rounded

GROUPS = st.sampled_from(["FR", "US", "ES", "ZZ", None]).map(lambda name: (name,))
VALUES = st.integers(-(10**13), 10**13)


@pytest.mark.parametrize(
    ("value", "base", "expected"),
    [
        (113, 100, Fraction(13)),
        (0, 100, Fraction(-100)),
        (-50, 100, Fraction(-150)),
        (1, 3, Fraction(-200, 3)),
        (5, 0, NoValue.NEW),
        (0, 0, NoValue.BASE_NOT_POSITIVE),
        (-5, 0, NoValue.BASE_NOT_POSITIVE),
        (5, -1, NoValue.BASE_NOT_POSITIVE),
    ],
)
def test_growth(value: int, base: int, expected: Result) -> None:
    assert growth(value, base) == expected


def test_a_base_below_the_floor_gives_no_growth() -> None:
    assert growth(500, 99, floor_=100) is NoValue.NOT_MEANINGFUL
    assert growth(500, 100, floor_=100) == 400


def test_contributions_go_by_largest_remainder() -> None:
    changes: dict[Group, int] = {("b",): 1, ("a",): 1, ("c",): 1}

    points = contributions(changes, 30_000)

    assert points == {("a",): Fraction(1, 100), ("b",): 0, ("c",): 0}, "0.01 in all, a tie by name"


@given(st.dictionaries(GROUPS, VALUES), st.integers(1, 10**13))
def test_contributions_add_up_to_the_growth_that_is_shown(
    changes: dict[Group, int], base: int
) -> None:
    points = contributions(changes, base)

    whole = growth(base + sum(changes.values()), base)
    assert isinstance(whole, Fraction)
    assert rounded(sum(points.values(), Fraction(0)), PLACES) == rounded(whole, PLACES)
    for group, change in changes.items():
        assert abs(points[group] - Fraction(100 * change, base)) < Fraction(1, 100)
    assert contributions(dict(reversed(changes.items())), base) == points, "in any order"


def test_shares_and_their_change() -> None:
    assert share(1, 3) == Fraction(100, 3)
    assert share(-1, 4) == -25
    assert share(1, 0) is NoValue.TOTAL_NOT_POSITIVE
    assert share(1, -1) is NoValue.TOTAL_NOT_POSITIVE
    assert share_change(share(1, 3), share(1, 4)) == Fraction(100, 12)
    assert share_change(share(1, 0), share(1, 4)) is NoValue.TOTAL_NOT_POSITIVE
    assert share_change(share(1, 4), share(1, 0)) is NoValue.TOTAL_NOT_POSITIVE


def test_ties_share_a_rank_and_the_unknown_has_none() -> None:
    values: dict[Group, int] = {("a",): 9, ("b",): 5, ("c",): 5, ("d",): 1, ("ZZ",): 100}

    assert ranks(values, [("ZZ",)]) == {("a",): 1, ("b",): 2, ("c",): 2, ("d",): 4}


@given(st.dictionaries(GROUPS, st.integers(-3, 3)))
def test_a_rank_is_one_more_than_the_number_of_larger_ones(values: dict[Group, int]) -> None:
    for group, rank in ranks(values).items():
        assert rank == 1 + sum(other > values[group] for other in values.values())


@pytest.mark.parametrize(
    ("first", "last", "years", "expected"),
    [
        (100, 200, 1, Fraction(100)),
        (100, 121, 2, Fraction(10)),
        (1_000, 1_331, 3, Fraction(10)),
        (888, 1_100, 3, Fraction(740, 100)),
        (5, 0, 3, Fraction(-100)),
        (100_000_000, 100_005_000, 1, Fraction(0)),
        (100_000_000, 100_015_000, 1, Fraction(2, 100)),
        (0, 5, 3, NoValue.BASE_NOT_POSITIVE),
        (5, -5, 3, NoValue.NEGATIVE),
    ],
)
def test_average_annual_growth(first: int, last: int, years: int, expected: Result) -> None:
    assert cagr(first, last, years) == expected


@given(st.integers(1, 10**13), st.integers(1, 10**13), st.integers(1, 20))
def test_average_annual_growth_is_the_root_rounded_once(first: int, last: int, years: int) -> None:
    with localcontext() as context:
        context.prec = 80
        root = (Decimal(last) / first) ** (Decimal(1) / years)
        percent = (100 * (root - 1)).quantize(Decimal("0.0000000001"), ROUND_HALF_EVEN)
        expected = percent.quantize(Decimal("0.01"), ROUND_HALF_EVEN)

    found = cagr(first, last, years)

    assert isinstance(found, Fraction)
    assert abs(found - Fraction(expected)) <= (Fraction(1, 100) if _is_near_a_tie(percent) else 0)


def _is_near_a_tie(percent: Decimal) -> bool:
    return abs(percent * 100 % 1) == Decimal("0.5")


def test_the_base_of_an_index_is_100() -> None:
    assert index(7, 7) == 100
    assert index(8, 7) == Fraction(800, 7)
    assert index(8, 0) is NoValue.BASE_NOT_POSITIVE


def test_concentration_has_bounds_where_partners_are_unknown() -> None:
    assert concentration([50, 50], 0) == Bounds(Fraction(5_000), Fraction(5_000))
    assert concentration([50, 30], 20) == Bounds(Fraction(3_400), Fraction(5_800))
    assert concentration([], 20) == Bounds(Fraction(0), Fraction(10_000))
    assert concentration([], 0) is NoValue.TOTAL_NOT_POSITIVE
    assert concentration([5, -1], 0) is NoValue.NEGATIVE


@given(st.lists(st.integers(0, 100), min_size=1, max_size=5), st.lists(st.integers(0, 9)))
def test_whoever_the_unknown_are_the_bounds_hold(known: list[int], unknown: list[int]) -> None:
    bounds = concentration(known, sum(unknown))

    for truth in (
        concentration([*known, *unknown], 0),
        concentration([known[0] + sum(unknown), *known[1:]], 0),
    ):
        if isinstance(bounds, NoValue) or isinstance(truth, NoValue):
            assert bounds == truth
        else:
            assert bounds.lower <= truth.lower <= bounds.upper


def test_a_unit_value_needs_a_quantity() -> None:
    assert unit_value(12_345, 2_500) == Fraction("49.38")
    assert unit_value(12_345, None) is NoValue.NO_QUANTITY
    assert unit_value(12_345, 0) is NoValue.NO_QUANTITY
    assert unit_value(12_345, -5) is NoValue.NEGATIVE


def test_numbers_are_rounded_half_to_even() -> None:
    assert [rounded(Fraction(n, 1_000), 2) for n in (5, 15, -5, -15)] == [
        "0.00",
        "0.02",
        "0.00",
        "-0.02",
    ]
    assert (decimal(-5, 2), decimal(7, 0), rounded(Fraction(5, 2), 0)) == ("-0.05", "7", "2")
