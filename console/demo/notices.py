"""What is worth a line while the history is played: of commands, and of what follows from them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from console.demo.dated import DatedCommand
from console.demo.platform import Reading, Trigger
from console.demo.unpaid import OPEN, PROTRACTED_DEFAULT
from contracts.reference import crafts
from contracts.reference.countries import country_name
from contracts.values import StatedMoney
from services.exports.commands import (
    AmendDeclaration,
    ExportShipment,
    GoodsStatement,
    ReportLoss,
)
from services.orders.commands import OpenDispute, RefundOrder

GROUP_NAMES = {group.code: group.english for group in crafts.PRODUCT_GROUPS}
LONG_DAYS = 45
MOST_KEPT = 60


class Notice(NamedTuple):
    """A line about something that became known on `day`. `style` is a style of rich."""

    day: date
    text: str
    style: str = ""


class Notices:
    """The latest notices, the last one at the end."""

    def __init__(self) -> None:
        self.lines: list[Notice] = []
        self._declared: dict[str, ExportShipment] = {}
        self._triggers: dict[str, str] = {}

    def of_commands(self, commands: Iterable[DatedCommand]) -> None:
        """Note what is worth it of the commands of one day."""
        for command in commands:
            if isinstance(command.body, ExportShipment):
                self._declared[command.subject] = command.body
            elif text := self._text(command):
                self._add(Notice(command.day, text))

    def of_triggers(self, reading: Reading) -> None:
        """Note the triggers that are new or have ended since the last reading, by their days."""
        fresh = [t for t in reading.triggers if self._triggers.get(t.id) != t.state]
        self._triggers |= {trigger.id: trigger.state for trigger in fresh}
        for notice in sorted(map(_of_trigger, fresh)):
            self._add(notice)

    def _add(self, notice: Notice) -> None:
        self.lines.append(notice)
        del self.lines[:-MOST_KEPT]

    def _text(self, command: DatedCommand) -> str:
        goods = self._declared.get(command.subject)
        match command.body:
            case AmendDeclaration(goods=right) if goods:
                return _amended(goods, right, (command.day - goods.exported_on).days)
            case ReportLoss() if goods:
                return f"{_named(goods)}: lost on the way"
            case OpenDispute():
                return "An invoice is disputed: goods not as agreed"
            case RefundOrder(amount=amount):
                return f"{_money(amount)} refunded: goods damaged"
            case _:
                return ""


def _amended(was: GoodsStatement, right: GoodsStatement, days: int) -> str:
    """Only what was found late, or in another month or country than stated."""
    if was.partner != right.partner:
        return f"{_named(right)}: destination found after {days} days"
    if f"{was.exported_on:%Y-%m}" != f"{right.exported_on:%Y-%m}":
        return f"{_named(right)}: left in {right.exported_on:%B}, not {was.exported_on:%B}"
    change = round(100 * (right.fob.amount / was.fob.amount - 1))
    if not change or days < LONG_DAYS:
        return ""
    return f"{_named(right)}: value corrected by {change:+d} % after {days} days"


def _of_trigger(trigger: Trigger) -> Notice:
    ended = trigger.state != OPEN
    day = trigger.ended_on if ended and trigger.ended_on else trigger.constituted_on
    amount = f"{Decimal(trigger.exposed).scaleb(-2):,.0f} MAD"
    what = "unpaid invoice" if trigger.rule == PROTRACTED_DEFAULT else trigger.rule
    if ended:
        return Notice(
            day, f"{trigger.state.capitalize()}: {what}, {words(trigger.reason or '')}", "green"
        )
    return Notice(day, f"Risk trigger: {what}, {amount} exposed", "yellow")


def _named(goods: GoodsStatement) -> str:
    group = crafts.product_group(goods.hs_code)
    return f"{GROUP_NAMES[group]} to {country_name(goods.partner)}"


def _money(money: StatedMoney) -> str:
    return f"{money.amount:,.0f} {money.currency}"


def words(slug: str) -> str:
    return slug.replace("-", " ")
