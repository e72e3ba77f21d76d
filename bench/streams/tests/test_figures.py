"""A difference between what is found and what follows from the events is always found."""

from bench.streams.events import Totals
from bench.streams.figures import difference

DAY = "2026-03-02"
EXPECTED: Totals = {(DAY, ("FR", "m2")): (100, 5, 1, 1), (DAY, ("ES", None)): (7, 2, None, 1)}
NOTHING = (0, 0, 0, 0)


def test_equal_figures_do_not_differ() -> None:
    assert difference(EXPECTED, dict(EXPECTED)) is None


def test_a_cell_of_zero_says_nothing() -> None:
    assert difference({**EXPECTED, (DAY, ("IT", "m2")): NOTHING}, EXPECTED) is None


def test_one_centime_is_a_difference() -> None:
    found = {**EXPECTED, (DAY, ("FR", "m2")): (101, 5, 1, 1)}
    assert "FR" in (difference(EXPECTED, found) or "")


def test_a_missing_cell_and_one_too_many_are_differences() -> None:
    fewer = dict(list(EXPECTED.items())[:1])
    assert "ES" in (difference(EXPECTED, fewer) or "")
    assert "ES" in (difference(fewer, EXPECTED) or "")
