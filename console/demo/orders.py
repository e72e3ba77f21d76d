"""The orders of the programme: placed by channel, then paid, cancelled or left open."""

import random
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from console.demo.chance import deck, happens, pick, stream
from console.demo.dated import DatedCommand, Scenario
from console.demo.goods import GROUP_SHARES, WARES, Lot, Ware, lot
from console.demo.markets import (
    CHANNELS,
    PARTNER_SHARES,
    PAYMENT_METHODS,
    currency_of,
    mad_per_unit,
)
from console.demo.producers import Producer, by_chain
from contracts.values import Channel, StatedMoney
from services.orders.commands import (
    CancelOrder,
    OrderedGoods,
    PayOrder,
    PlaceOrder,
)

CANCELLED_PER_THOUSAND = 80
PAID_PER_THOUSAND = 900
SECOND_LINE_PER_THOUSAND = 150


class Sale(NamedTuple):
    """What somebody buys from a producer, with or without an order of the platform."""

    producer: Producer
    partner: str
    channel: Channel
    buyer_id: str
    lots: tuple[Lot, ...]


class Order(NamedTuple):
    """An order that was not cancelled: its goods will be shipped."""

    id: str
    placed_on: date
    sale: Sale


class Sales:
    """Draws sales so that partners and product groups keep their shares over `size` of them."""

    def __init__(self, scenario: Scenario, name: str, producers: list[Producer], size: int) -> None:
        self.rng = stream(scenario.seed, name)
        self._makers = by_chain(producers)
        self._partners = deck(self.rng, PARTNER_SHARES, size)
        self._groups = deck(self.rng, GROUP_SHARES, size)

    def draw(self, day: date) -> Sale:
        """The next sale; all of its lots are of one group, from one producer."""
        partner, group = self._partners.pop(), self._groups.pop()
        currency = currency_of(partner)
        ware = self.rng.choice(_wares(group))
        wares = [ware, *self._second(ware)]
        known = [maker for maker in self._makers[ware.chain] if maker.since < day]
        return Sale(
            producer=self.rng.choice(known),
            partner=partner,
            channel=pick(self.rng, CHANNELS),
            buyer_id=f"buyer-{partner.lower()}-{self.rng.randrange(400):05}",
            lots=tuple(
                lot(self.rng, one, self._value(), currency, mad_per_unit(currency, day))
                for one in wares
            ),
        )

    def _second(self, ware: Ware) -> list[Ware]:
        if not happens(self.rng, SECOND_LINE_PER_THOUSAND):
            return []
        return [self.rng.choice([w for w in _wares(ware.group) if w.chain == ware.chain])]

    def _value(self) -> int:
        """MAD of a lot: a product of two draws, so that small ones are many and large ones few."""
        return self.rng.randint(20, 90) * self.rng.randint(20, 90) * 50


def make_orders(
    scenario: Scenario, producers: list[Producer]
) -> tuple[list[Order], list[DatedCommand]]:
    """The orders that will be shipped, and all commands to the orders service."""
    sales = Sales(scenario, "orders", producers, scenario.orders)
    days = sorted(sales.rng.choices(scenario.days[1:], k=scenario.orders))
    shipped: list[Order] = []
    commands: list[DatedCommand] = []
    for number, day in enumerate(days):
        key = f"order-{number:05}"
        order = Order(scenario.created_id("order", key), day, sales.draw(day))
        placed = _place(order)
        commands.append(DatedCommand(day, order.id, key, placed))
        later = _later(sales.rng, order, key, placed)
        if later is not None and scenario.lasts_to(later.day):
            commands.append(later)
        if later is None or not isinstance(later.body, CancelOrder):
            shipped.append(order)
    return shipped, commands


def _place(order: Order) -> PlaceOrder:
    sale = order.sale
    currency = sale.lots[0].price.currency
    return PlaceOrder(
        placed_on=order.placed_on,
        producer_id=sale.producer.id,
        buyer_id=sale.buyer_id,
        country=sale.partner,
        channel=sale.channel,
        lines=tuple(map(_line, sale.lots)),
        total=StatedMoney(amount=sum(lot.price.amount for lot in sale.lots), currency=currency),
    )


def _line(sold: Lot) -> OrderedGoods:
    return OrderedGoods(
        hs_code=sold.ware.hs_code,
        chain=sold.ware.chain,
        quantity=sold.quantity,
        price=sold.price,
    )


def _later(rng: random.Random, order: Order, key: str, placed: PlaceOrder) -> DatedCommand | None:
    """Cancelled within ten days, paid within a month, or left open."""
    if happens(rng, CANCELLED_PER_THOUSAND):
        day = order.placed_on + timedelta(days=rng.randint(0, 10))
        cancel = CancelOrder(cancelled_on=day, reason="buyer-withdrew")
        return DatedCommand(day, order.id, f"{key}:cancel", cancel)
    if not happens(rng, PAID_PER_THOUSAND):
        return None
    day = order.placed_on + timedelta(days=rng.randint(0, 30))
    pay = PayOrder(
        paid_on=day,
        amount=placed.total,
        method=pick(rng, PAYMENT_METHODS),
        payment_reference=f"pay-{key}",
    )
    return DatedCommand(day, order.id, f"{key}:pay", pay)


@cache
def _wares(group: str) -> tuple[Ware, ...]:
    return tuple(ware for ware in WARES if ware.group == group)
