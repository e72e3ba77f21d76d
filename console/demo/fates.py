"""What becomes of a shipment: mostly it arrives; now and then late, damaged, or not at all."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from console.demo.chance import happens, pick
from contracts.values import Command
from services.exports.commands import DeliverShipment, ReportDamage, ReportDelay, ReportLoss


class Fate(StrEnum):
    ARRIVES = "arrives"
    LOST = "lost"
    FOUND = "found"
    DAMAGED = "damaged"
    LESS_DAMAGED = "less damaged than thought"


FATES = {
    Fate.ARRIVES: 934,
    Fate.LOST: 14,
    Fate.FOUND: 10,
    Fate.DAMAGED: 28,
    Fate.LESS_DAMAGED: 14,
}
DELAYED_PER_THOUSAND = 60
REASONS_OF_DELAY = {"port-congestion": 5, "customs-inspection": 3, "weather": 2, "strike": 1}
BELOW_DEDUCTIBLE = (1, 4)
"""Per cent of damage that the rule of damage does not look at (its deductible is 5 %)."""


class Happening(NamedTuple):
    """What is told of a shipment on the day on which it happens."""

    day: date
    name: str
    body: Command


def later_life(rng: random.Random, key: str, exported_on: date) -> Iterator[Happening]:
    """All that happens on the way and on arrival, in the order of its days."""
    arrival = exported_on + timedelta(days=rng.randint(3, 24))
    if happens(rng, DELAYED_PER_THOUSAND):
        expected = arrival + timedelta(days=rng.randint(3, 25))
        yield _delay(rng, arrival, expected)
        arrival = expected
    match pick(rng, FATES):
        case Fate.ARRIVES:
            yield _delivery(arrival)
        case Fate.LOST:
            yield _loss(key, arrival)
        case Fate.FOUND:
            yield _loss(key, arrival)
            yield _delivery(arrival + timedelta(days=rng.randint(4, 40)))
        case Fate.DAMAGED:
            yield _delivery(arrival)
            yield _survey(key, arrival + timedelta(days=2), 1, rng.randint(6, 80))
        case Fate.LESS_DAMAGED:
            yield _delivery(arrival)
            yield _survey(key, arrival + timedelta(days=2), 1, rng.randint(6, 30))
            again = arrival + timedelta(days=rng.randint(5, 30))
            yield _survey(key, again, 2, rng.randint(*BELOW_DEDUCTIBLE))


def _delay(rng: random.Random, noticed_on: date, expected_on: date) -> Happening:
    reason = pick(rng, REASONS_OF_DELAY)
    body = ReportDelay(noticed_on=noticed_on, expected_on=expected_on, reason=reason)
    return Happening(noticed_on, "delay", body)


def _delivery(day: date) -> Happening:
    return Happening(day, "deliver", DeliverShipment(delivered_on=day))


def _loss(key: str, day: date) -> Happening:
    body = ReportLoss(noticed_on=day, transport_document=f"waybill-{key}")
    return Happening(day, "lose", body)


def _survey(key: str, day: date, number: int, percent: int) -> Happening:
    body = ReportDamage(
        surveyed_on=day,
        survey_reference=f"survey-{key}-{number}",
        damage_percent=Decimal(percent),
    )
    return Happening(day, f"damage-{number}", body)
