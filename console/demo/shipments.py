"""The shipments of the programme: most with an order, some without."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from console.demo.chance import stream
from console.demo.dated import DatedCommand, Scenario
from console.demo.fates import later_life
from console.demo.goods import Lot
from console.demo.markets import OFFICES, mad_per_unit, transport
from console.demo.orders import Order, Sale, Sales
from console.demo.producers import Producer
from services.exports.commands import ExportShipment, StatedNumber, StatedRate
from services.exports.domain import shipment_id


class Departure(NamedTuple):
    """Goods that leave the country: one lot of a sale."""

    day: date
    sale: Sale
    sold: Lot
    order_id: str | None


def make_shipments(
    scenario: Scenario, producers: list[Producer], orders: list[Order]
) -> list[DatedCommand]:
    """All commands to the exports service."""
    departures = [*_of_orders(scenario, orders), *_without_order(scenario, producers)]
    departures.sort(key=lambda departure: departure.day)
    rng = stream(scenario.seed, "shipments")
    commands: list[DatedCommand] = []
    for number, departure in enumerate(departures):
        key = f"shipment-{number:05}"
        mode = transport(rng, departure.sale.partner, departure.sold.net_mass_kg)
        declaration = StatedNumber(
            office=rng.choice(OFFICES[mode]),
            number=f"{scenario.run}-{departure.day.year}-{number:06}",
        )
        export = ExportShipment(
            declaration=declaration,
            exporter_id=departure.sale.producer.id,
            order_id=departure.order_id,
            buyer_id=departure.sale.buyer_id,
            exported_on=departure.day,
            partner=departure.sale.partner,
            channel=departure.sale.channel,
            transport_mode=mode,
            hs_code=departure.sold.ware.hs_code,
            chain=departure.sold.ware.chain,
            net_mass_kg=departure.sold.net_mass_kg,
            quantity=departure.sold.quantity,
            fob=departure.sold.price,
            exchange_rate=_rate(departure),
        )
        exported = DatedCommand(departure.day, shipment_id(declaration), key, export)
        commands.append(exported)
        commands += [
            later
            for later in later_life(rng, exported, export, scenario.first_day)
            if scenario.lasts_to(later.day)
        ]
    return commands


def _of_orders(scenario: Scenario, orders: list[Order]) -> Iterator[Departure]:
    rng = stream(scenario.seed, "departures")
    for order in orders:
        day = order.placed_on + timedelta(days=rng.randint(2, 18))
        if scenario.lasts_to(day):
            for sold in order.sale.lots:
                yield Departure(day, order.sale, sold, order.id)


def _without_order(scenario: Scenario, producers: list[Producer]) -> Iterator[Departure]:
    sales = Sales(scenario, "plain", producers, scenario.plain_shipments)
    for _ in range(scenario.plain_shipments):
        day = sales.rng.choice(scenario.days[1:])
        sale = sales.draw(day)
        yield Departure(day, sale, sale.lots[0], None)


def _rate(departure: Departure) -> StatedRate | None:
    currency = departure.sold.price.currency
    if currency == "MAD":
        return None
    return StatedRate(mad_per_unit=mad_per_unit(currency, departure.day), date=departure.day)
