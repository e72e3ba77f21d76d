"""Net mass: stated in kilograms, counted in whole grams."""

from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation
from typing import Final

NET_MASS_INTEGER_DIGITS: Final = 12
NET_MASS_DECIMALS: Final = 6

# Wide enough for any mass within the limits above; Inexact would say that it is not.
_EXACT: Final = Context(prec=30, traps=[Inexact, InvalidOperation])


def grams(net_mass_kg: Decimal) -> int:
    """The mass in whole grams, half-even.

    Raises: ValueError when it is not finite, is negative, or has over 12 integer digits or 6
    decimals.
    """
    if not net_mass_kg.is_finite() or net_mass_kg < 0:
        raise ValueError("net mass is negative or not a finite number")
    exponent = net_mass_kg.as_tuple().exponent
    too_fine = isinstance(exponent, int) and exponent < -NET_MASS_DECIMALS
    if too_fine or net_mass_kg.adjusted() >= NET_MASS_INTEGER_DIGITS:
        raise ValueError("net mass has over 12 integer digits or 6 decimals")
    return int(_EXACT.scaleb(net_mass_kg, Decimal(3)).to_integral_value(ROUND_HALF_EVEN))
