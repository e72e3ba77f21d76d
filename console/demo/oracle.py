"""What the platform must come to, by a plain count of the commands that were sent.

It shares no code with the services: a price times its rate, half-even to the centime; an amendment
replaces, a cancellation takes away; a loss or a damage above 5 % stands until it is taken back.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from console.demo.dated import DatedCommand
from console.demo.figures import NOTHING, Group, Measures
from contracts.reference import crafts
from services.exports.commands import (
    AmendDeclaration,
    CancelDeclaration,
    DeliverShipment,
    ExportShipment,
    GoodsStatement,
    ReportDamage,
    ReportLoss,
)

DEDUCTIBLE_PERCENT = 5
OPEN, WITHDRAWN = "open", "withdrawn"


@dataclass(frozen=True)
class Expected:
    """`triggers` counts by (rule, state)."""

    figures: dict[Group, Measures]
    triggers: Counter[tuple[str, str]]


def expected(commands: Iterable[DatedCommand]) -> Expected:
    """Count what the commands, given in the order of their days, say of exports."""
    declared: dict[str, GoodsStatement] = {}
    triggers: dict[tuple[str, str], str] = {}
    for command in commands:
        shipment = command.subject
        match command.body:
            case ExportShipment() as goods:
                declared[shipment] = goods
            case AmendDeclaration(goods=goods):
                declared[shipment] = goods
            case CancelDeclaration():
                del declared[shipment]
            case ReportLoss():
                triggers[shipment, "loss"] = OPEN
            case DeliverShipment() if (shipment, "loss") in triggers:
                triggers[shipment, "loss"] = WITHDRAWN
            case ReportDamage(damage_percent=percent) if percent > DEDUCTIBLE_PERCENT:
                triggers[shipment, "damage"] = OPEN
            case ReportDamage():
                triggers[shipment, "damage"] = WITHDRAWN
            case _:
                pass  # a delivery as it should be, or a command to another service
    figures: dict[Group, Measures] = {}
    for goods in declared.values():
        group = _group(goods)
        figures[group] = figures.get(group, NOTHING).plus(_measures(goods))
    states = Counter((rule, state) for (_, rule), state in triggers.items())
    return Expected(figures, states)


def _group(goods: GoodsStatement) -> Group:
    return Group(
        month=f"{goods.exported_on:%Y-%m}",
        partner=goods.partner,
        product_group=crafts.product_group(goods.hs_code),
        channel=goods.channel.value,
        unit=goods.quantity.unit if goods.quantity else "",
    )


def _measures(goods: GoodsStatement) -> Measures:
    rate = goods.exchange_rate.mad_per_unit if goods.exchange_rate else Decimal(1)
    return Measures(
        fob_centimes=_whole(goods.fob.amount * rate * 100),
        net_mass_grams=_whole(goods.net_mass_kg * 1000),
        quantity_thousandths=_whole(goods.quantity.value * 1000) if goods.quantity else 0,
        shipments=1,
    )


def _whole(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_HALF_EVEN))
