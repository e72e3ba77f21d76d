"""The orders of the programme: placed before the goods leave, or cancelled before they do."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from console.demo.bills import Told
from console.demo.chance import deck, happens, stream
from console.demo.dated import DatedCommand, Scenario
from console.demo.goods import GROUP_SHARES, Lot
from console.demo.markets import PARTNER_SHARES, currency_of
from console.demo.payments import paid_at_once, paid_by_invoice
from console.demo.producers import Producer
from console.demo.sales import Sale, Sales
from contracts.values import Channel
from services.orders.commands import CancelOrder, OrderedGoods, PlaceOrder, RateOrder

ORDERED_PER_THOUSAND = 820
"""Of all sales; the others are shipped without an order of the platform."""
CANCELLED_PER_THOUSAND = 80
RATED_PER_THOUSAND = 550
STARS = {5: 63, 4: 28, 3: 5, 2: 3, 1: 1}
"""Per cent: 91 of 100 are satisfied."""
SMALLEST_MAD, LARGEST_MAD = 20_000, 900_000


class Order(NamedTuple):
    """An order, and the sale that it is about."""

    id: str
    key: str
    placed_on: date
    sale: Sale
    withdrawn: bool


class Shipped(NamedTuple):
    """A sale whose goods leave, with its order if it has one."""

    sale: Sale
    order_id: str | None


def make_orders(
    scenario: Scenario, producers: list[Producer], sales: list[Sale]
) -> tuple[list[Shipped], list[DatedCommand]]:
    """The sales with their orders, and all commands to the orders service."""
    rng = stream(scenario.seed, "orders")
    ordered = [_ordered_on(rng, scenario, sale) for sale in sales]
    kept = [(day, sale, False) for day, sale in zip(ordered, sales, strict=True) if day]
    unordered = [Shipped(sale, None) for day, sale in zip(ordered, sales, strict=True) if not day]
    lost = _withdrawn(scenario, producers, len(kept) * CANCELLED_PER_THOUSAND // 1000)
    stars = deck(rng, STARS, len(kept))
    orders = [
        Order(scenario.created_id("order", f"order-{number:05}"), f"order-{number:05}", *placed)
        for number, placed in enumerate(sorted([*kept, *lost], key=lambda placed: placed[0]))
    ]
    commands: list[DatedCommand] = []
    for order in orders:
        told = [Told(order.placed_on, "", _place(order))]
        told += [_cancelled(rng, order)] if order.withdrawn else _later(rng, order, stars.pop())
        commands += _commands(scenario, order, told)
    shipped = [Shipped(order.sale, order.id) for order in orders if not order.withdrawn]
    by_day = sorted([*shipped, *unordered], key=lambda shipped: shipped.sale.exported_on)
    return by_day, commands


def _ordered_on(rng: random.Random, scenario: Scenario, sale: Sale) -> date | None:
    """When a sale was ordered; None when it was not, or before the platform was there."""
    day = sale.exported_on - timedelta(days=rng.randint(2, 30))
    return day if day >= scenario.first_day and happens(rng, ORDERED_PER_THOUSAND) else None


def _withdrawn(
    scenario: Scenario, producers: list[Producer], count: int
) -> Iterator[tuple[date, Sale, bool]]:
    """Orders whose goods never leave."""
    sales = Sales(scenario, "withdrawn", producers)
    partners = deck(sales.rng, PARTNER_SHARES, count)
    groups = deck(sales.rng, GROUP_SHARES, count)
    for partner, group in zip(partners, groups, strict=True):
        day = sales.rng.choice(scenario.days[1:])
        value = sales.rng.randint(SMALLEST_MAD, LARGEST_MAD) * 100
        yield day, sales.sale(partner, group, currency_of(partner), day, [value]), True


def _cancelled(rng: random.Random, order: Order) -> Told:
    day = order.placed_on + timedelta(days=rng.randint(0, 10))
    return Told(day, "cancel", CancelOrder(cancelled_on=day, reason="buyer-withdrew"))


def _later(rng: random.Random, order: Order, stars: int) -> Iterator[Told]:
    sale = order.sale
    prepaid = sale.channel is Channel.MARKETPLACE or (
        sale.channel is Channel.FAIR and happens(rng, 500)
    )
    if prepaid:
        yield from paid_at_once(rng, sale, order.key, order.placed_on)
    else:
        yield from paid_by_invoice(rng, sale, order.key)
    if happens(rng, RATED_PER_THOUSAND):
        day = sale.exported_on + timedelta(days=rng.randint(12, 45))
        yield Told(day, "rate", RateOrder(rated_on=day, stars=stars))


def _commands(scenario: Scenario, order: Order, told: list[Told]) -> Iterator[DatedCommand]:
    """What is told of one order, in the order of telling, as far as it lasts."""
    for day, name, body in sorted(told, key=lambda one: scenario.told_on(one.day)):
        if scenario.lasts_to(day):
            key = f"{order.key}/{name}" if name else order.key
            yield DatedCommand(scenario.told_on(day), order.id, key, body)


def _place(order: Order) -> PlaceOrder:
    sale = order.sale
    return PlaceOrder(
        placed_on=order.placed_on,
        producer_id=sale.producer.id,
        buyer_id=sale.buyer_id,
        country=sale.partner,
        channel=sale.channel,
        lines=tuple(map(_line, sale.lots)),
        total=sale.total,
    )


def _line(sold: Lot) -> OrderedGoods:
    return OrderedGoods(
        hs_code=sold.ware.hs_code,
        chain=sold.ware.chain,
        quantity=sold.quantity,
        price=sold.price,
    )
