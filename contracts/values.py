"""The values that events are made of, each with its form on the wire.

Numbers that must not be rounded travel as decimal strings; whole numbers stay below 2**53, so that
a reader in any language keeps them exact.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

MAX_WHOLE = 10**12
"""Largest centimes, grams or thousandths of one event: sums of 9,000 of them still fit 2**53."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Value(BaseModel):
    """An immutable part of an event. Unknown fields are ignored: readers are tolerant."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Command(BaseModel):
    """Base of all commands. An unknown field is a mistake of the sender, so it is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def decimal_string(pattern: str) -> tuple[BeforeValidator, PlainSerializer, WithJsonSchema]:
    """Annotations of a Decimal that travels as a string matching `pattern`, digits kept as stated.

    Raises (on validation): ValueError when the input is no string of that form. A JSON number is
    refused, since its reader may already have rounded it.
    """
    form = re.compile(pattern, re.ASCII)

    def parse(given: object) -> Decimal:
        text = format(given, "f") if isinstance(given, Decimal) else given
        if not isinstance(text, str) or not form.fullmatch(text):
            raise ValueError(f"must be a decimal string matching {pattern}")
        return Decimal(text)

    schema = {"type": "string", "pattern": f"^{pattern}$"}
    return (
        BeforeValidator(parse),
        PlainSerializer(lambda value: format(value, "f"), return_type=str),
        WithJsonSchema(schema),
    )


Amount = Annotated[Decimal, *decimal_string(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,20})?")]
ExchangeRate = Annotated[Decimal, *decimal_string(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,12})?")]
QuantityValue = Annotated[Decimal, *decimal_string(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,3})?")]
Percent = Annotated[Decimal, *decimal_string(r"(100(\.0{1,2})?|(0|[1-9][0-9]?)(\.[0-9]{1,2})?)")]


def _calendar_day(given: object) -> date:
    """A day, or text of the form YYYY-MM-DD: never a time, nor a number of seconds."""
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    if not isinstance(given, str) or not _DAY.fullmatch(given):
        raise ValueError("must be a calendar day of the form YYYY-MM-DD")
    return date.fromisoformat(given)


def code(pattern: str) -> StringConstraints:
    """A string that matches `pattern` as a whole."""
    return StringConstraints(pattern=f"^{pattern}$", strict=True)


Id = Annotated[str, code("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
CurrencyCode = Annotated[str, code("[A-Z]{3}")]
CountryCode = Annotated[str, code("[A-Z]{2}")]
HsCode = Annotated[str, code("[0-9]{6}")]
HsEdition = Annotated[str, code("HS[0-9]{4}")]
RegionCode = Annotated[str, code("(MA-(0[1-9]|1[0-2])|unknown)")]
Slug = Annotated[str, code("[a-z0-9]+(-[a-z0-9]+)*"), Field(max_length=40)]
OfficeCode = Annotated[str, code("[A-Za-z0-9-]{1,20}")]
Reference = Annotated[str, code("[A-Za-z0-9._/-]{1,64}")]
Month = Annotated[str, code("[0-9]{4}-(0[1-9]|1[0-2])")]
UnitCode = Annotated[str, code("[a-z0-9]{1,8}")]
WholeNumber = Annotated[int, Field(ge=0, le=MAX_WHOLE, strict=True)]
ItemNumber = Annotated[int, Field(ge=1, le=999, strict=True)]
Ordinal = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
Count = Annotated[int, Field(ge=0, le=2**53 - 1, strict=True)]
LocalDate = Annotated[date, BeforeValidator(_calendar_day)]
"""A calendar day of Africa/Casablanca, on the wire YYYY-MM-DD."""


class ProducerKind(StrEnum):
    ARTISAN = "artisan"
    COOPERATIVE = "cooperative"
    ENTERPRISE = "enterprise"
    UNKNOWN = "unknown"


class WomenLed(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Channel(StrEnum):
    """How a sale comes about, as known today. Events carry a slug: this list may grow."""

    MARKETPLACE = "marketplace"
    FAIR = "fair"
    WHOLESALE = "wholesale"
    DIRECT = "direct"
    UNKNOWN = "unknown"


class TransportMode(StrEnum):
    """How goods leave the country, as known today. Events carry a slug: this list may grow."""

    SEA = "sea"
    RAIL = "rail"
    ROAD = "road"
    AIR = "air"
    POST = "post"
    OTHER = "other"
    UNKNOWN = "unknown"


class Money(Value):
    """An amount as stated, unrounded."""

    amount: Amount
    currency: CurrencyCode


class Quantity(Value):
    """A count or measure in the supplementary unit of the product."""

    value: QuantityValue
    unit: UnitCode


class StatedMoney(Money, extra="forbid"):
    """Money in a command: what is not known is refused, as in the command around it."""


class StatedQuantity(Quantity, extra="forbid"):
    """A quantity in a command."""


class Product(Value):
    """What is sold or shipped. The chain is stated by the seller, never inferred from the code."""

    hs_code: HsCode
    hs_edition: HsEdition
    product_group: Slug
    chain: Slug
