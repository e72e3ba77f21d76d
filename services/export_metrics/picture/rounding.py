"""Exact numbers as decimal strings: each is rounded once, here, half to even."""

from fractions import Fraction


def decimal(number: int, places: int) -> str:
    """A count of the smallest unit as a decimal string: (12345, 2) is `123.45`."""
    whole, fraction = divmod(abs(number), 10**places)
    return f"{'-' if number < 0 else ''}{whole}" + (f".{fraction:0{places}d}" if places else "")


def rounded(number: Fraction, places: int) -> str:
    """A fraction to so many places."""
    return decimal(round(number * 10**places), places)
