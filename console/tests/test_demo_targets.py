"""The published figures, taken apart into cells, add up again to the centime."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from console.demo.targets import (
    JAN_FEB_2024,
    MILLION,
    PERIODS,
    Cell,
    all_targets,
    parted,
    targets,
)

TARGETS = all_targets()


def total(is_asked: Callable[[Cell], bool]) -> int:
    return sum(value for cell, value in TARGETS.items() if is_asked(cell))


@given(st.integers(0, 10**13), st.lists(st.integers(1, 10_000), min_size=1, max_size=60))
def test_parts_add_up_and_none_is_a_whole_one_off_its_share(whole: int, weights: list[int]) -> None:
    parts = parted(whole, weights)
    assert sum(parts) == whole
    due = [Fraction(whole * weight, sum(weights)) for weight in weights]
    assert all(abs(part - share) < 1 for part, share in zip(parts, due, strict=True))


def test_every_cell_of_every_month_has_something() -> None:
    assert len({cell.month for cell in TARGETS}) == 23
    assert len(TARGETS) == 23 * 4 * 3
    assert min(TARGETS.values()) > MILLION // 2


def test_each_period_keeps_its_months_partners_and_groups() -> None:
    for period in PERIODS:
        cells = dict(targets(period))
        assert sum(period.groups.values()) == period.total == sum(cells.values())
        for partner, due in period.partners.items():
            assert sum(v for cell, v in cells.items() if cell.partner == partner) == due
        for group, due in period.groups.items():
            assert sum(v for cell, v in cells.items() if cell.group == group) == due


def test_2024_is_as_published() -> None:
    whole = total(lambda cell: cell.month < "2025")
    assert whole == 1_100 * MILLION
    for name, percent in {"US": 44, "FR": 14, "ES": 6, "pottery-stone": 36, "carpets": 20}.items():
        part = total(lambda cell, name=name: cell.month < "2025" and name in cell)  # type: ignore[misc]
        assert part * 100 == whole * percent, name


def test_january_and_february_2025_are_as_published() -> None:
    winter = total(lambda cell: cell.month in ("2025-01", "2025-02"))
    to_us = total(lambda cell: cell.month in ("2025-01", "2025-02") and cell.partner == "US")
    before = total(lambda cell: cell.month in ("2024-01", "2024-02"))
    assert winter == 231 * MILLION
    assert to_us * 100 == winter * 40
    assert before == JAN_FEB_2024
    growth = 100 * (Decimal(winter) / before - 1)
    assert round(growth, 6) == 27


def test_january_to_november_2025_is_13_percent_more() -> None:
    before = total(lambda cell: cell.month < "2024-12")
    assert before == 1_009 * MILLION
    assert total(lambda cell: cell.month > "2025") * 100 == before * 113
