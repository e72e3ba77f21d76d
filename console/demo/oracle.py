"""What the platform must come to, by a plain count of the commands that were sent.

It shares no code with the services: a price times its rate, half-even to the centime; an amendment
replaces, a cancellation takes away; a loss or a damage above 5 % stands until it is taken back.
Of defaults see `unpaid`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from console.demo.dated import DatedCommand
from console.demo.figures import NOTHING, Group, Measures
from console.demo.unpaid import OPEN, PROTRACTED_DEFAULT, WITHDRAWN, Default, defaults
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


@dataclass(frozen=True)
class Expected:
    """`triggers` counts by (rule, state). `defaults` are all episodes of protracted default."""

    figures: dict[Group, Measures]
    triggers: Counter[tuple[str, str]]
    defaults: list[Default] = field(default_factory=list)


def expected(commands: Sequence[DatedCommand], last_day: date = date.max) -> Expected:
    """Count what the commands, in the order of their days, come to at the end of `last_day`."""
    declared: dict[str, GoodsStatement] = {}
    standing: dict[tuple[str, str], str] = {}
    for command in commands:
        _count(command, declared, standing)
    figures: dict[Group, Measures] = {}
    for goods in declared.values():
        group = _group(goods)
        figures[group] = figures.get(group, NOTHING).plus(_measures(goods))
    triggers = Counter((rule, state) for (_, rule), state in standing.items())
    found = defaults(commands, last_day)
    triggers.update((PROTRACTED_DEFAULT, default.state) for default in found)
    return Expected(figures, triggers, found)


def _count(
    command: DatedCommand,
    declared: dict[str, GoodsStatement],
    standing: dict[tuple[str, str], str],
) -> None:
    shipment = command.subject
    match command.body:
        case ExportShipment() as goods:
            declared[shipment] = goods
        case AmendDeclaration(goods=goods):
            declared[shipment] = goods
        case CancelDeclaration():
            del declared[shipment]
        case ReportLoss():
            standing[shipment, "loss"] = OPEN
        case DeliverShipment() if (shipment, "loss") in standing:
            standing[shipment, "loss"] = WITHDRAWN
        case ReportDamage(damage_percent=percent) if percent > DEDUCTIBLE_PERCENT:
            standing[shipment, "damage"] = OPEN
        case ReportDamage():
            standing[shipment, "damage"] = WITHDRAWN
        case _:
            pass  # a delivery as it should be, or a command to another service


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
