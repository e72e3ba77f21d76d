"""Grams are exact, and half-even."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.mass import grams


@given(st.decimals(min_value=0, max_value=Decimal("9" * 12), places=6))
def test_grams_are_the_mass_rounded_once(net_mass_kg: Decimal) -> None:
    assert grams(net_mass_kg) == round(Fraction(net_mass_kg) * 1000)


@pytest.mark.parametrize(("kg", "expected"), [("0.0005", 0), ("0.0015", 2), ("0.0", 0)])
def test_a_half_goes_to_the_even_gram(kg: str, expected: int) -> None:
    assert grams(Decimal(kg)) == expected


@pytest.mark.parametrize("kg", ["NaN", "-0.1", "1E+12", "1E-7"])
def test_what_is_no_mass_is_refused(kg: str) -> None:
    with pytest.raises(ValueError, match="net mass"):
        grams(Decimal(kg))
