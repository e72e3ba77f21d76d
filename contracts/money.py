"""The value in dirhams that `exports` stamps: price times rate, rounded once.

Rule: half-even to the centime per item. A price above zero may round to 0 centimes; it stays so.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation
from typing import Final

PRICE_INTEGER_DIGITS: Final = 15
PRICE_DECIMALS: Final = 20
RATE_INTEGER_DIGITS: Final = 9
RATE_DECIMALS: Final = 12

# Wide enough for any product within the limits above; Inexact would say that it is not.
_EXACT: Final = Context(prec=80, traps=[Inexact, InvalidOperation])


def mad_centimes(price: Decimal, rate: Decimal) -> int:
    """The value in whole centimes of MAD of `price`, stated in a currency that costs `rate` MAD.

    Raises: ValueError naming the argument when it is not finite, is negative or beyond its limits
    (15 integer digits and 20 decimals; 9 and 12 for the rate), or when the rate is zero.
    """
    _check("price", price, PRICE_INTEGER_DIGITS, PRICE_DECIMALS)
    _check("rate", rate, RATE_INTEGER_DIGITS, RATE_DECIMALS)
    if not rate:
        raise ValueError("rate is zero")
    value = _EXACT.scaleb(_EXACT.multiply(price, rate), Decimal(2))
    return int(value.to_integral_value(ROUND_HALF_EVEN))


def _check(name: str, number: Decimal, integer_digits: int, decimals: int) -> None:
    if not number.is_finite():
        raise ValueError(f"{name} is not a finite number")
    if number < 0:
        raise ValueError(f"{name} is negative")
    exponent = number.as_tuple().exponent
    if number.adjusted() >= integer_digits or (isinstance(exponent, int) and exponent < -decimals):
        raise ValueError(f"{name} has over {integer_digits} integer digits or {decimals} decimals")
