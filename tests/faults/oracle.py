"""What must come of the events, as plainly as it can be said: of the fold it uses nothing.

A shipment stands in one cell with its amounts; an amendment takes it out of there and puts it where
it belongs, on the day on which that became known. A loss is said once, and taken back once when the
shipment turns up. An invoice that nobody paid is said once when its waiting days are over, and
nothing waits any more that has the key of its order.
"""

from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple

from contracts.event import Event
from contracts.exports import (
    DeclarationAmended,
    DeclaredGoods,
    ExporterStamp,
    ShipmentDelivered,
    ShipmentExported,
    ShipmentLost,
)
from contracts.orders import InvoiceIssued, OrderPlaced, PaymentReceived
from tests.faults.national_oracle import Nation, exporters, exposure

WAITING_DAYS = 1
Amounts = tuple[int, int, int, int]
"""Centimes, grams, thousandths, shipments."""


class Place(NamedTuple):
    """Where an amount stands: which partition said it, on which knowledge day, of what."""

    partition: int
    day: date
    office: str
    partner: str
    month: str
    hs_code: str


class Trigger(NamedTuple):
    """One event in the life of a trigger."""

    kind: str
    rule: str
    subject: str


class Oracle:
    """`totals` holds what was said of each place; what came to nothing may stand there as zeros."""

    def __init__(self) -> None:
        self.totals: dict[Place, Amounts] = {}
        self.triggers: set[Trigger] = set()
        self._standing: dict[str, tuple[str, DeclaredGoods]] = {}
        self._exporters: dict[str, ExporterStamp] = {}
        self._lost: set[str] = set()
        self._buyers: dict[str, tuple[str, str]] = {}
        self._unpaid: dict[str, date] = {}
        self._owed: dict[str, tuple[str, str, int]] = {}
        self._waits: Counter[str] = Counter()

    def take(self, partition: int, day: date, subject: str, event: Event) -> None:
        match event:
            case ShipmentExported():
                self._exporters[subject] = event.exporter
                self._put(partition, day, subject, event.declaration.office, event.goods)
            case DeclarationAmended():
                office, former = self._standing[subject]
                self._add(partition, day, office, former, -1)
                self._put(partition, day, subject, office, event.goods)
            case ShipmentLost():
                self._lost.add(subject)
                self.triggers.add(Trigger("RiskTriggerConstituted", "loss", subject))
            case ShipmentDelivered() if subject in self._lost:
                self.triggers.add(Trigger("RiskTriggerWithdrawn", "loss", subject))
            case OrderPlaced():
                self._buyers[subject] = event.buyer_id, event.country
            case InvoiceIssued():
                invoice = f"{subject}/{event.invoice}"
                self._unpaid[invoice] = event.due_on
                self._owed[invoice] = *self._buyers[subject], event.amount.mad_centimes
            case PaymentReceived():
                del self._unpaid[f"{subject}/{event.invoice}"]
                del self._owed[f"{subject}/{event.invoice}"]
            case _:
                raise ValueError(f"the oracle does not know {event}")

    def wait(self, key: str, things: int) -> None:
        """A key waits for so many things more."""
        self._waits[key] += things

    def close(self, day: date) -> None:
        for invoice, due_on in list(self._unpaid.items()):
            order, _ = invoice.split("/")
            if day >= due_on + timedelta(days=WAITING_DAYS) and not self._waits[order]:
                self.triggers.add(Trigger("RiskTriggerConstituted", "protracted-default", invoice))
                del self._unpaid[invoice]

    def nation(self, day: date) -> Nation:
        """What all partitions together must know in the evening of `day`, after all of this."""
        stands = ((self._exporters[of], goods) for of, (_, goods) in self._standing.items())
        return exporters(stands, day) | exposure(self._owed.values())

    def _put(self, partition: int, day: date, subject: str, office: str, of: DeclaredGoods) -> None:
        self._standing[subject] = office, of
        self._add(partition, day, office, of, 1)

    def _add(self, partition: int, day: date, office: str, of: DeclaredGoods, sign: int) -> None:
        place = Place(partition, day, office, of.partner, of.month, of.product.hs_code)
        thousandths = int(of.quantity.value * 1000) if of.quantity else 0
        amounts = of.fob.mad_centimes, of.net_mass_grams, thousandths, 1
        before = self.totals.get(place, (0, 0, 0, 0))
        fob, grams, quantity, number = (b + sign * a for b, a in zip(before, amounts, strict=True))
        self.totals[place] = fob, grams, quantity, number


class Finding(NamedTuple):
    """What an observer found otherwise than the oracle says; `foreign` is what nobody caused."""

    lost: int
    twice: int
    foreign: int


def compared(oracle: Oracle, totals: dict[Place, Amounts], said: Counter[Trigger]) -> Finding:
    """Triggers and shipments that are lost, or counted twice; and places that differ otherwise."""
    lost = len(oracle.triggers - said.keys())
    twice = sum(said.values()) - len(said)
    foreign = len(said.keys() - oracle.triggers)
    for place in oracle.totals.keys() | totals.keys():
        due, found = oracle.totals.get(place, (0,) * 4), totals.get(place, (0,) * 4)
        lost += max(0, due[3] - found[3])
        twice += max(0, found[3] - due[3])
        foreign += due[3] == found[3] and due != found
    return Finding(lost, twice, foreign)
