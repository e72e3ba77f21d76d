"""The value in centimes is exact, and half-even."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.money import mad_centimes

PRICES = st.decimals(min_value=0, max_value=Decimal("9" * 15), places=20)
RATES = st.decimals(min_value=Decimal("1e-12"), max_value=Decimal("9" * 9), places=12)


@given(PRICES, RATES)
def test_centimes_are_the_exact_product_rounded_once(price: Decimal, rate: Decimal) -> None:
    assert mad_centimes(price, rate) == round(Fraction(price) * Fraction(rate) * 100)


@pytest.mark.parametrize(
    ("price", "centimes"),
    [("0.005", 0), ("0.015", 2), ("0.025", 2), ("0.02500000000000000001", 3), ("0.004", 0)],
)
def test_a_half_goes_to_the_even_centime(price: str, centimes: int) -> None:
    assert mad_centimes(Decimal(price), Decimal(1)) == centimes


@pytest.mark.parametrize(
    ("price", "rate", "problem"),
    [
        ("NaN", "1", "price is not a finite number"),
        ("Infinity", "1", "price is not a finite number"),
        ("-1", "1", "price is negative"),
        ("1E+15", "1", "price has over 15"),
        ("1E-21", "1", "price has over 15 integer digits or 20 decimals"),
        ("1", "sNaN", "rate is not a finite number"),
        ("1", "0", "rate is zero"),
        ("1", "-1", "rate is negative"),
        ("1", "1E+9", "rate has over 9"),
    ],
)
def test_what_cannot_be_valued_is_refused(price: str, rate: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        mad_centimes(Decimal(price), Decimal(rate))
