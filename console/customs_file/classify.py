"""Into which bucket a row of the customs file goes: the first of these that applies.

1. *unreadable*: the line is no row (`UnreadableRow`, as the reader gave it);
2. *out of scope*: under the scope `crafts`, the HS code starts with no craft heading. Under `all`
   nothing is out of scope;
3. *invalid*: all reasons are collected, in the order of `Reason`;
4. else a `Declaration`. Whether it is a *duplicate* only the exports service can say.

Decisions, each with its reason:

- HS code: one that is not in HS 2022, `999999` included, is invalid (`hs_code_unknown`): a figure
  states its edition, and no mapping from the edition of 2017 is one to one. A code of 2017 under a
  craft heading is in scope and invalid, so that what is lost to the edition is seen.
- Partner `ZZ` is accepted: the value left the country all the same, and an unknown partner is
  shown, never dropped. Any other code that is no country is invalid (`partner_unknown`).
- Partner `MA` is invalid (`partner_domestic`): an export does not go to the exporting country.
- A net mass of zero is accepted: masses are stated to 100 g, so light goods come as 0.0, and their
  value counts.
- A price of zero is invalid (`price_zero`): nothing was valued, so there is no statistical value. A
  price above zero whose value rounds to 0.00 MAD is accepted as such.
- Numbers are plain decimals. A comma is refused, not guessed at: 1,500 may be two numbers.
- The date must not be after the day of the import, nor before 1990: such a year is a typing error.
- An empty buyer is no buyer. Ids have the forms that `contracts.values` gives them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from console.customs_file.decimals import Fault, parse
from console.customs_file.reasons import Reason
from console.customs_file.rows import Row, UnreadableRow
from contracts.dates import EARLIEST
from contracts.mass import NET_MASS_DECIMALS, NET_MASS_INTEGER_DIGITS
from contracts.money import PRICE_DECIMALS, PRICE_INTEGER_DIGITS
from contracts.reference import countries, crafts, harmonized_system
from contracts.values import TransportMode

DOMESTIC: Final = "MA"

# UN/ECE Recommendation 19, one digit; declarations carry it in tens.
TRANSPORT_MODES: Final = {
    "10": TransportMode.SEA,
    "20": TransportMode.RAIL,
    "30": TransportMode.ROAD,
    "40": TransportMode.AIR,
    "50": TransportMode.POST,
    "60": TransportMode.OTHER,
    "70": TransportMode.OTHER,
    "80": TransportMode.OTHER,
    "90": TransportMode.OTHER,
}

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REFERENCE: Final = re.compile(r"[A-Za-z0-9._/-]{1,64}")
_OFFICE: Final = re.compile(r"[A-Za-z0-9-]{1,20}")


class Scope(StrEnum):
    """Which rows are wanted."""

    CRAFTS = "crafts"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """The row is of a product that was not asked for."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """The row is wanted but wrong: at least one reason, in the order of `Reason`."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Declaration:
    """One goods item. `price` is the FOB value in the currency of the import, as stated."""

    declaration_id: str
    accepted_on: date
    office: str
    transport_mode: TransportMode
    exporter_id: str
    buyer_id: str | None
    hs_code: str
    partner: str
    net_mass_kg: Decimal
    price: Decimal


Verdict = UnreadableRow | OutOfScope | Invalid | Declaration


def classify(row: Row | UnreadableRow, scope: Scope, today: date) -> Verdict:
    """The bucket of `row`; `today` is the day of the import in Africa/Casablanca."""
    if isinstance(row, UnreadableRow):
        return row
    if scope is Scope.CRAFTS and not crafts.is_craft(row.hs_code):
        return OutOfScope()
    net_mass = parse(row.net_mass_kg, NET_MASS_INTEGER_DIGITS, NET_MASS_DECIMALS)
    price = parse(row.price, PRICE_INTEGER_DIGITS, PRICE_DECIMALS)
    accepted_on = _date(row.accepted_on)
    reasons = (
        *_product_and_partner(row),
        *_values(net_mass, price),
        *_day(accepted_on, today),
        *_ids(row),
    )
    if reasons or isinstance(net_mass, Fault) or isinstance(price, Fault) or accepted_on is None:
        return Invalid(reasons)
    return Declaration(
        declaration_id=row.declaration_id,
        accepted_on=accepted_on,
        office=row.office,
        transport_mode=TRANSPORT_MODES[row.transport_mode],
        exporter_id=row.exporter_id,
        buyer_id=row.buyer_id or None,
        hs_code=row.hs_code,
        partner=row.partner,
        net_mass_kg=net_mass,
        price=price,
    )


def _product_and_partner(row: Row) -> Iterator[Reason]:
    if not harmonized_system.is_valid(row.hs_code):
        yield Reason.HS_CODE_UNKNOWN
    if row.partner == DOMESTIC:
        yield Reason.PARTNER_DOMESTIC
    elif not countries.is_partner(row.partner):
        yield Reason.PARTNER_UNKNOWN


def _values(net_mass: Decimal | Fault, price: Decimal | Fault) -> Iterator[Reason]:
    if isinstance(net_mass, Fault):
        yield Reason(f"net_mass_{net_mass}")
    if isinstance(price, Fault):
        yield Reason(f"price_{price}")
    elif not price:
        yield Reason.PRICE_ZERO


def _day(accepted_on: date | None, today: date) -> Iterator[Reason]:
    if accepted_on is None:
        yield Reason.DATE_MALFORMED
    elif accepted_on > today:
        yield Reason.DATE_IN_FUTURE
    elif accepted_on < EARLIEST:
        yield Reason.DATE_TOO_EARLY


def _ids(row: Row) -> Iterator[Reason]:
    if not _REFERENCE.fullmatch(row.declaration_id):
        yield Reason.DECLARATION_ID_MALFORMED
    if not _OFFICE.fullmatch(row.office):
        yield Reason.OFFICE_MALFORMED
    if not _REFERENCE.fullmatch(row.exporter_id):
        yield Reason.EXPORTER_ID_MALFORMED
    if row.buyer_id and not _REFERENCE.fullmatch(row.buyer_id):
        yield Reason.BUYER_ID_MALFORMED
    if row.transport_mode not in TRANSPORT_MODES:
        yield Reason.TRANSPORT_MODE_UNKNOWN


def _date(text: str) -> date | None:
    """The day in `text`; fromisoformat alone would also take 20200101 and 2020-W01-1."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
