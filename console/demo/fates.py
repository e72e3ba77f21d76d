"""What becomes of a shipment: mostly it arrives; now and then it is lost, damaged or corrected."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from console.demo.chance import happens, pick
from console.demo.dated import DatedCommand
from contracts.values import StatedMoney
from services.exports.commands import (
    AmendDeclaration,
    CancelDeclaration,
    DeliverShipment,
    ExportShipment,
    GoodsStatement,
    ReportDamage,
    ReportLoss,
)


class Fate(StrEnum):
    ARRIVES = "arrives"
    LOST = "lost"
    FOUND = "found"
    DAMAGED = "damaged"
    LESS_DAMAGED = "less damaged than thought"
    VOID = "void"


FATES = {
    Fate.ARRIVES: 908,
    Fate.LOST: 16,
    Fate.FOUND: 12,
    Fate.DAMAGED: 28,
    Fate.LESS_DAMAGED: 14,
    Fate.VOID: 22,
}
AMENDED_PER_THOUSAND = 70
BELOW_DEDUCTIBLE = (1, 4)
"""Per cent of damage that the rule of damage does not look at (its deductible is 5 %)."""


def later_life(
    rng: random.Random, exported: DatedCommand, export: ExportShipment, earliest: date
) -> Iterator[DatedCommand]:
    """All that happens after the export, in the order of its days; none on the day itself."""
    fate = pick(rng, FATES)
    later = list(_fate(rng, fate, exported))
    if fate is not Fate.VOID and happens(rng, AMENDED_PER_THOUSAND):
        later.append(_amendment(rng, exported, export, earliest))
    yield from sorted(later, key=lambda command: command.day)


def _fate(rng: random.Random, fate: Fate, exported: DatedCommand) -> Iterator[DatedCommand]:
    arrival = exported.day + timedelta(days=rng.randint(3, 24))
    match fate:
        case Fate.ARRIVES:
            yield _delivery(exported, arrival)
        case Fate.LOST:
            yield _loss(exported, arrival)
        case Fate.FOUND:
            yield _loss(exported, arrival)
            yield _delivery(exported, arrival + timedelta(days=rng.randint(4, 15)))
        case Fate.DAMAGED:
            yield _delivery(exported, arrival)
            yield _survey(exported, arrival + timedelta(days=2), 1, rng.randint(6, 80))
        case Fate.LESS_DAMAGED:
            yield _delivery(exported, arrival)
            yield _survey(exported, arrival + timedelta(days=2), 1, rng.randint(6, 30))
            again = arrival + timedelta(days=rng.randint(5, 12))
            yield _survey(exported, again, 2, rng.randint(*BELOW_DEDUCTIBLE))
        case Fate.VOID:
            day = exported.day + timedelta(days=rng.randint(1, 6))
            body = CancelDeclaration(cancelled_on=day, reason="goods-not-shipped")
            yield DatedCommand(day, exported.subject, f"{exported.key}:cancel", body)


def _delivery(exported: DatedCommand, day: date) -> DatedCommand:
    body = DeliverShipment(delivered_on=day)
    return DatedCommand(day, exported.subject, f"{exported.key}:deliver", body)


def _loss(exported: DatedCommand, day: date) -> DatedCommand:
    body = ReportLoss(noticed_on=day, transport_document=f"waybill-{exported.key}")
    return DatedCommand(day, exported.subject, f"{exported.key}:lose", body)


def _survey(exported: DatedCommand, day: date, number: int, percent: int) -> DatedCommand:
    body = ReportDamage(
        surveyed_on=day,
        survey_reference=f"survey-{exported.key}-{number}",
        damage_percent=Decimal(percent),
    )
    return DatedCommand(day, exported.subject, f"{exported.key}:damage-{number}", body)


def _amendment(
    rng: random.Random, exported: DatedCommand, export: ExportShipment, earliest: date
) -> DatedCommand:
    """Customs corrects value and mass; of some also the day, now and then into another month."""
    day = exported.day + timedelta(days=rng.randint(2, 50))
    percent = rng.choice((-20, -12, -8, 5, 9, 15))
    moved = timedelta(days=rng.randint(1, 6) if happens(rng, 400) else 0)
    stated = export.model_dump(include=set(GoodsStatement.model_fields))
    goods = GoodsStatement.model_validate(
        stated
        | {
            "exported_on": max(export.exported_on - moved, earliest),
            "net_mass_kg": _by(export.net_mass_kg, percent, "0.001"),
            "fob": StatedMoney(
                amount=_by(export.fob.amount, percent, "0.01"), currency=export.fob.currency
            ),
        }
    )
    body = AmendDeclaration(amended_on=day, reason="value-corrected", goods=goods)
    return DatedCommand(day, exported.subject, f"{exported.key}:amend", body)


def _by(number: Decimal, percent: int, step: str) -> Decimal:
    return (number * (100 + percent) / 100).quantize(Decimal(step))
