"""What customs first had wrong: the declaration as it was made, and what put it right.

What stands at the end is what `targets` asks for, so it is the first statement that is bent.
"""

import random
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from console.demo.chance import happens, pick
from console.demo.fates import Happening
from contracts.reference.countries import UNKNOWN_PARTNER
from contracts.values import StatedMoney
from services.exports.commands import (
    AmendDeclaration,
    CancelDeclaration,
    ExportShipment,
    GoodsStatement,
)

AMENDED_PER_THOUSAND = 70
ENTERED_TWICE_PER_THOUSAND = 22
MONTHS_LATER_PER_THOUSAND = 300
SOON_DAYS, MONTHS_LATER_DAYS = (4, 45), (60, 240)


class Wrong(StrEnum):
    """What was wrong in the first statement; the reason that customs gives."""

    VALUE = "value-corrected"
    DAY = "day-corrected"
    PARTNER = "destination-found"


WRONG = {Wrong.VALUE: 60, Wrong.DAY: 27, Wrong.PARTNER: 13}


def bent(
    rng: random.Random, right: ExportShipment, last_day: date
) -> tuple[ExportShipment, list[Happening]]:
    """The declaration as first made, and its amendment if it was wrong and time is left."""
    if not happens(rng, AMENDED_PER_THOUSAND):
        return right, []
    wrong = pick(rng, WRONG)
    first = right.model_copy(update=_bent(rng, wrong, right, last_day))
    day = first.exported_on + timedelta(days=rng.randint(*_span(rng)))
    if first == right or day > last_day:
        return right, []
    goods = GoodsStatement.model_validate(
        right.model_dump(include=set(GoodsStatement.model_fields))
    )
    body = AmendDeclaration(amended_on=day, reason=wrong, goods=goods)
    return first, [Happening(day, "amend", body)]


def withdrawn(rng: random.Random, exported_on: date) -> Happening:
    """The same goods had been declared already: this declaration is void."""
    day = exported_on + timedelta(days=rng.randint(*_span(rng)))
    return Happening(day, "cancel", CancelDeclaration(cancelled_on=day, reason="entered-twice"))


def is_entered_twice(rng: random.Random) -> bool:
    return happens(rng, ENTERED_TWICE_PER_THOUSAND)


def _bent(
    rng: random.Random, wrong: Wrong, right: ExportShipment, last_day: date
) -> dict[str, object]:
    match wrong:
        case Wrong.VALUE:
            percent = rng.choice((-20, -12, -8, 5, 9, 15))
            amount = _by(right.fob.amount, percent, "0.01")
            return {
                "fob": StatedMoney(amount=amount, currency=right.fob.currency),
                "net_mass_kg": _by(right.net_mass_kg, percent, "0.001"),
            }
        case Wrong.DAY:
            later = right.exported_on + timedelta(days=rng.randint(2, 14))
            return {"exported_on": min(later, last_day)}
        case Wrong.PARTNER:
            return {"partner": UNKNOWN_PARTNER}


def _span(rng: random.Random) -> tuple[int, int]:
    """In days: most are found soon, some only months later."""
    return MONTHS_LATER_DAYS if happens(rng, MONTHS_LATER_PER_THOUSAND) else SOON_DAYS


def _by(number: Decimal, percent: int, step: str) -> Decimal:
    return (number * (100 + percent) / 100).quantize(Decimal(step))
