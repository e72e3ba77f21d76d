"""Periods of whole months."""

from datetime import date

import pytest

from services.export_metrics.picture.period import Period


@pytest.mark.parametrize(
    ("text", "first", "last", "months"),
    [
        ("2025", "2025-01", "2025-12", 12),
        ("2025-11", "2025-11", "2025-11", 1),
        ("2025-01..2025-11", "2025-01", "2025-11", 11),
        ("2024-12..2025-01", "2024-12", "2025-01", 2),
    ],
)
def test_a_period_is_whole_months(text: str, first: str, last: str, months: int) -> None:
    period = Period.parse(text)

    assert (*period, period.months) == (first, last, months)


@pytest.mark.parametrize(
    "text",
    ["", "2025-13", "2025-00", "0000-01", "25-01", "2025-01-01", "2025-02..2025-01", "2025..2026",
     "2025-01..", "2025-1", "٢٠٢٥", "2025-01\n"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        Period.parse(text)


def test_the_year_before_has_the_same_months_and_its_own_last_day() -> None:
    leap = Period.parse("2024-02")

    assert leap.ends_on == date(2024, 2, 29)
    assert leap.year_before() == ("2023-02", "2023-02")
    assert leap.year_before().ends_on == date(2023, 2, 28)
    assert Period.parse("2024-12..2025-01").year_before() == ("2023-12", "2024-01")
