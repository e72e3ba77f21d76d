"""Plain decimal numbers as a customs file states them: digits, a point, digits; nothing else."""

import re
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """What is wrong with a number; the end of a reason code."""

    MISSING = "missing"
    MALFORMED = "malformed"
    NOT_FINITE = "not_finite"
    EXPONENT = "exponent"
    NEGATIVE = "negative"
    TOO_LONG = "too_long"


_PLAIN: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_NEGATIVE: Final = re.compile(r"-[0-9]+(\.[0-9]+)?")
_EXPONENT: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)e[+-]?[0-9]+", re.IGNORECASE)
_NOT_FINITE: Final = re.compile(r"[+-]?(s?nan[0-9]*|inf|infinity)", re.IGNORECASE)


def parse(text: str, integer_digits: int, decimals: int) -> Decimal | Fault:
    """The number in `text`, digits kept as stated, or its fault.

    At most `integer_digits` before the point and `decimals` behind it, leading and trailing zeros
    counted: a longer number is refused before it is computed with.
    """
    if plain := _PLAIN.fullmatch(text):
        whole, fraction = plain.groups(default="")
        if len(whole) > integer_digits or len(fraction) > decimals:
            return Fault.TOO_LONG
        return Decimal(text)
    if not text:
        return Fault.MISSING
    for fault, form in (
        (Fault.NEGATIVE, _NEGATIVE),
        (Fault.EXPONENT, _EXPONENT),
        (Fault.NOT_FINITE, _NOT_FINITE),
    ):
        if form.fullmatch(text):
            return fault
    return Fault.MALFORMED
