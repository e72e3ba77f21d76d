"""The shipments of the programme: a declaration for each lot of a sale, and what follows it."""

import random
from collections.abc import Iterable, Iterator

from console.demo import corrections
from console.demo.chance import stream
from console.demo.dated import DatedCommand, Scenario
from console.demo.fates import Happening, later_life
from console.demo.goods import Lot
from console.demo.markets import OFFICES, mad_per_unit, transport
from console.demo.orders import Shipped
from services.exports.commands import ExportShipment, StatedNumber, StatedRate
from services.exports.domain import shipment_id


def make_shipments(scenario: Scenario, departures: Iterable[Shipped]) -> list[DatedCommand]:
    """All commands to the exports service."""
    rng = stream(scenario.seed, "shipments")
    commands: list[DatedCommand] = []
    for number, (departure, sold) in enumerate(_lots(departures)):
        key = f"shipment-{number:05}"
        right = _declaration(rng, scenario, key, departure, sold)
        first, later = corrections.bent(rng, right, scenario.last_day)
        later += later_life(rng, key, first.exported_on)
        commands += _told(scenario, key, first, later)
        if corrections.is_entered_twice(rng):
            key = f"{key}-again"
            again = _declaration(rng, scenario, key, departure, sold)
            void = corrections.withdrawn(rng, again.exported_on)
            if scenario.lasts_to(void.day):
                commands += _told(scenario, key, again, [void])
    return commands


def _lots(departures: Iterable[Shipped]) -> Iterator[tuple[Shipped, Lot]]:
    return ((departure, sold) for departure in departures for sold in departure.sale.lots)


def _declaration(
    rng: random.Random, scenario: Scenario, key: str, departure: Shipped, sold: Lot
) -> ExportShipment:
    sale = departure.sale
    mode = transport(rng, sale.partner, sold.net_mass_kg)
    day, currency = sale.exported_on, sold.price.currency
    rate = StatedRate(mad_per_unit=mad_per_unit(currency, day), date=day)
    return ExportShipment(
        declaration=StatedNumber(
            office=rng.choice(OFFICES[mode]), number=f"{scenario.run}-{day.year}-{key}"
        ),
        exporter_id=sale.producer.id,
        order_id=departure.order_id,
        buyer_id=sale.buyer_id,
        exported_on=day,
        partner=sale.partner,
        channel=sale.channel,
        transport_mode=mode,
        hs_code=sold.ware.hs_code,
        chain=sold.ware.chain,
        net_mass_kg=sold.net_mass_kg,
        quantity=sold.quantity,
        fob=sold.price,
        exchange_rate=None if currency == "MAD" else rate,
    )


def _told(
    scenario: Scenario, key: str, export: ExportShipment, later: Iterable[Happening]
) -> Iterator[DatedCommand]:
    """What is told of one shipment, in the order of its days, as far as it lasts."""
    subject = shipment_id(export.declaration)
    yield DatedCommand(scenario.told_on(export.exported_on), subject, key, export)
    for day, name, body in sorted(later, key=lambda one: one.day):
        if scenario.lasts_to(day):
            yield DatedCommand(scenario.told_on(day), subject, f"{key}/{name}", body)
