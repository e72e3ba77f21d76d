"""Values keep their digits, and refuse what has another form."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.values import (
    Amount,
    Count,
    ExchangeRate,
    Id,
    LocalDate,
    Month,
    Percent,
    QuantityValue,
    RegionCode,
    Slug,
    WholeNumber,
)

DECIMALS = {"Amount": Amount, "ExchangeRate": ExchangeRate, "QuantityValue": QuantityValue}


def accepts(kind: Any, given_value: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(given_value)
    except ValidationError:
        return False
    return True


def each_decimal() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", DECIMALS.values(), ids=DECIMALS)


@given(
    st.from_regex(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,20})?", fullmatch=True, alphabet="0123456789.")
)
def test_an_amount_keeps_its_digits(text: str) -> None:
    adapter = TypeAdapter(Amount)
    assert adapter.dump_json(adapter.validate_python(text)) == f'"{text}"'.encode()
    assert adapter.validate_python(adapter.validate_python(text)) == Decimal(text)


@each_decimal()
@pytest.mark.parametrize(
    "bad",
    [
        "NaN", "Infinity", "-1", "+1", "1e5", "1,5", " 1", "1\n", "", ".5", "1.", "007", "1_000",
        "٣", "9" * 400, "0." + "1" * 400, 1, 1.5, True, None, Decimal("NaN"), Decimal("Infinity"),
        Decimal(-1), Decimal("1e400"), Decimal("1e-400"),
    ],
    ids=lambda bad: repr(bad)[:20],
)  # fmt: skip
def test_a_decimal_of_another_form_is_refused(kind: Any, bad: object) -> None:
    assert not accepts(kind, bad)


@each_decimal()
def test_a_json_number_is_refused(kind: Any) -> None:
    with pytest.raises(ValidationError, match="decimal string"):
        TypeAdapter(kind).validate_json("1.5")


@pytest.mark.parametrize(
    ("kind", "longest"),
    [
        (Amount, "9" * 15 + "." + "9" * 20),
        (ExchangeRate, "9" * 9 + "." + "9" * 12),
        (QuantityValue, "9" * 12 + "." + "9" * 3),
        (Percent, "99.99"),
    ],
)
def test_a_decimal_has_a_greatest_length(kind: Any, longest: str) -> None:
    assert accepts(kind, longest)
    assert not accepts(kind, longest + "9")
    assert not accepts(kind, "9" + longest)


def test_a_percentage_ends_at_a_hundred() -> None:
    assert accepts(Percent, "100.00")
    assert not accepts(Percent, "100.01")


def test_a_decimal_written_with_an_exponent_travels_without() -> None:
    adapter = TypeAdapter(Amount)
    assert adapter.dump_json(adapter.validate_python(Decimal("1E+3"))) == b'"1000"'


@pytest.mark.parametrize("kind", [WholeNumber, Count])
@pytest.mark.parametrize("bad", ["5", 5.0, True, -1, 10**400, None], ids=lambda bad: repr(bad)[:20])
def test_a_whole_number_is_an_integer(kind: Any, bad: object) -> None:
    assert not accepts(kind, bad)


@given(st.dates())
def test_a_day_is_read_as_written(day: date) -> None:
    adapter = TypeAdapter(LocalDate)
    assert adapter.validate_json(adapter.dump_json(day)) == day
    assert adapter.validate_python(day) == day


@pytest.mark.parametrize(
    "bad",
    [
        0, 1767225600, "1767225600", "2026-01-01T00:00:00", "20260101", "2026-W01-1", "2026-02-30",
        " 2026-01-01", "01/02/2026", datetime(2026, 1, 1),  # noqa: DTZ001 a time is what is refused
    ],
    ids=repr,
)  # fmt: skip
def test_a_day_of_another_form_is_refused(bad: object) -> None:
    assert not accepts(LocalDate, bad)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Id, "6f1c1d0e-3c0b-5a52-9d0d-0d0f6f2f1a11", "6F1C1D0E-3C0B-5A52-9D0D-0D0F6F2F1A11"),
        (RegionCode, "MA-12", "MA-13"),
        (RegionCode, "unknown", "Fès-Meknès"),
        (Month, "2026-10", "2026-13"),
        (Slug, "carpets-weaving", "Carpets"),
        (Slug, "x" * 40, "x" * 41),
        (Slug, "u", "u\n"),
    ],
)
def test_a_code_has_its_form(kind: Any, good: str, bad: str) -> None:
    assert accepts(kind, good)
    assert not accepts(kind, bad)
