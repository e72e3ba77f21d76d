"""The forms of the text that a fold uses, taken from the contract's types.

Each check gives its text back, or raises msgspec.ValidationError. What comes again and again is
remembered: a country, a product, an exporter's region.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from types import GenericAlias
from typing import Annotated, Any

from msgspec import Meta, ValidationError, convert
from pydantic import TypeAdapter

from contracts import orders, values
from contracts.values import ProducerKind, WomenLed

REMEMBERED = 65_536
HUNDREDTHS, THOUSANDTHS = 2, 3


def _text(contract_type: Any) -> Any:
    """A text of a type of the contract, by its JSON Schema."""
    schema = TypeAdapter(contract_type).json_schema()
    # Python's $ also matches before a line feed at the end; the contract's does not.
    pattern = schema["pattern"].removesuffix("$") + r"\Z"
    return Annotated[str, Meta(pattern=pattern, max_length=schema.get("maxLength"))]


def _one_of(kind: type[ProducerKind] | type[WomenLed]) -> Any:
    return Annotated[str, Meta(pattern=rf"^({'|'.join(kind)})\Z")]


_SLUG = _text(values.Slug)
_GOODS = GenericAlias(
    tuple,
    (
        _text(values.Month),
        _text(values.CountryCode),
        _text(values.HsCode),
        _text(values.HsEdition),
        _SLUG,
        _SLUG,
        _SLUG,
        _text(values.UnitCode) | None,
    ),
)
_EXPORTER = GenericAlias(
    tuple, (_one_of(ProducerKind), _text(values.RegionCode), _one_of(WomenLed))
)

GoodsDimensions = tuple[str, str, str, str, str, str, str, str | None]
"""Month, partner, HS code, edition, product group, chain, channel, unit."""
ExporterDimensions = tuple[str, str, str]
"""Kind, region, women-led."""


@lru_cache(REMEMBERED)
def goods(dimensions: GoodsDimensions) -> GoodsDimensions:
    checked: GoodsDimensions = convert(dimensions, _GOODS)
    return checked


@lru_cache(REMEMBERED)
def exporter(dimensions: ExporterDimensions) -> ExporterDimensions:
    checked: ExporterDimensions = convert(dimensions, _EXPORTER)
    return checked


def _check(contract_type: Any) -> Callable[[str], str]:
    form = _text(contract_type)

    @lru_cache(REMEMBERED)
    def check(text: str) -> str:
        checked: str = convert(text, form)
        return checked

    return check


office = _check(values.OfficeCode)
producer = _check(values.Id)
country = _check(values.CountryCode)
invoice = _check(orders.InvoiceNumber)
reference = _check(values.Reference)
slug = _check(values.Slug)
amount = _check(values.Amount)
_quantity = _check(values.QuantityValue)
_percent = _check(values.Percent)


@lru_cache(REMEMBERED)
def thousandths(quantity: str) -> int:
    """A quantity in thousandths of its unit."""
    return scaled(_quantity(quantity), THOUSANDTHS)


def hundredths(percent: str) -> int:
    """A percentage in hundredths of a percent."""
    return scaled(_percent(percent), HUNDREDTHS)


def scaled(decimal: str, places: int) -> int:
    """A decimal string as a whole number of its last of `places` decimals, of which it has no more.

    `scaled("1.5", 3)` is 1500.
    """
    whole, _, fraction = decimal.partition(".")
    return int(whole + fraction.ljust(places, "0"))


@lru_cache(REMEMBERED)
def month_of(day: str, month: str) -> str:
    """`month`, if the ISO date `day` lies in it."""
    if not convert(day, date).isoformat().startswith(month):
        raise ValidationError("month is not that of exported_on")
    return month
