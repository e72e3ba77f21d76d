"""The fold once more, as plainly as it can be said, to compare with.

One event after the other, the whole history of a shipment kept as a list and looked through again
each time. Figures and triggers come from the contract's events, not from the fold's own.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from contracts.event import DayClosed, Event
from contracts.exports import (
    DeclarationAmended,
    DeclarationCancelled,
    ShipmentDamaged,
    ShipmentDelivered,
    ShipmentExported,
    ShipmentLost,
    ShipmentRestamped,
)

Key = tuple[Any, ...]


class NaiveFold:
    """`totals`: cell and day to (centimes, grams, thousandths or None, shipments); `exporters`: the
    same by month and exporter, to (centimes, shipments)."""

    def __init__(self) -> None:
        self.day: date | None = None
        self.arrived: dict[str, dict[int, Event]] = defaultdict(dict)
        self.folded: Counter[str] = Counter()
        self.held: dict[str, int] = {}
        self.state: dict[str, dict[str, Any]] = defaultdict(dict)
        self.totals: dict[Key, list[Any]] = {}
        self.exporters: dict[Key, list[int]] = {}
        self.triggers: list[tuple[str, str, str, int, int | str, date]] = []

    def take(self, shipment: str, ordinal: int, event: Event) -> None:
        if shipment in self.held:
            self.held[shipment] += 1
            return
        if self.arrived[shipment].setdefault(ordinal, event) != event:
            self.held[shipment] = 1
        while (following := self.folded[shipment] + 1) in self.arrived[shipment]:
            self.fold(shipment, self.arrived[shipment][following])
            self.folded[shipment] = following

    def waiting(self) -> int:
        """Events ahead of a gap, those that hold their shipment, and those behind them."""
        arrived = sum(map(len, self.arrived.values()))
        return arrived - sum(self.folded.values()) + sum(self.held.values())

    def close(self, marker: DayClosed) -> None:
        if self.day is None or marker.through >= self.day:
            self.day = marker.through + timedelta(days=1)

    def fold(self, shipment: str, event: Event) -> None:
        state = self.state[shipment]
        match event:
            case ShipmentExported():
                self.unbook(state)
                state |= {
                    "office": event.declaration.office,
                    "exporter": event.exporter,
                    "producer": event.exporter.producer_id,
                    "goods": event.goods,
                }
                self.book(state, 1)
            case DeclarationAmended() if "goods" in state:
                self.unbook(state)
                state["goods"] = event.goods
                self.book(state, 1)
            case ShipmentRestamped() if "goods" in state:
                self.unbook(state)
                state["exporter"] = event.exporter
                self.book(state, 1)
            case DeclarationCancelled():
                self.unbook(state)
                state.pop("goods", None)
                self.risk(shipment, "loss", Decimal(0), "declaration-cancelled")
                self.risk(shipment, "damage", Decimal(0), "declaration-cancelled")
            case ShipmentLost():
                self.risk(shipment, "loss", Decimal(100), "")
            case ShipmentDelivered():
                self.risk(shipment, "loss", Decimal(0), "found")
            case ShipmentDamaged():
                counts = event.damage_percent > 5
                percent = event.damage_percent if counts else Decimal(0)
                reason = "survey-revised" if counts else "survey-reversed"
                self.risk(shipment, "damage", percent, reason)
            case _:
                pass  # nothing is booked that it could change

    def unbook(self, state: dict[str, Any]) -> None:
        if "goods" in state:
            self.book(state, -1)

    def book(self, state: dict[str, Any], sign: int) -> None:
        goods, exporter = state["goods"], state["exporter"]
        unit = goods.quantity.unit if goods.quantity else None
        key = (
            goods.month, goods.partner, goods.product.hs_code, goods.product.hs_edition,
            goods.product.product_group, goods.product.chain, exporter.region, state["office"],
            str(exporter.kind), str(exporter.women_led), goods.channel, unit, self.day,
        )  # fmt: skip
        total = self.totals.setdefault(key, [0, 0, None if unit is None else 0, 0])
        total[0] += sign * goods.fob.mad_centimes
        total[1] += sign * goods.net_mass_grams
        if goods.quantity:
            total[2] += sign * int(goods.quantity.value * 1000)
        total[3] += sign
        described = (exporter.region, str(exporter.kind), str(exporter.women_led))
        by = (goods.month, state["producer"], *described, self.day)
        counted = self.exporters.setdefault(by, [0, 0])
        counted[0] += sign * goods.fob.mad_centimes
        counted[1] += sign

    def risk(self, shipment: str, rule: str, percent: Decimal, reason: str) -> None:
        state = self.state[shipment]
        is_open = state.get(rule, Decimal(0))
        if percent == is_open or self.day is None:
            return
        episodes = f"{rule} episodes"
        if is_open:
            said = ("-", rule, shipment, state[episodes], reason, self.day)
            self.triggers.append(said)
            state[rule] = Decimal(0)
        if percent and "goods" in state:
            state[rule] = percent
            state[episodes] = state.get(episodes, 0) + 1
            value = state["goods"].fob.mad_centimes * percent / 100
            exposed = int(value.quantize(Decimal(1), ROUND_HALF_EVEN))
            self.triggers.append(("+", rule, shipment, state[episodes], exposed, self.day))
