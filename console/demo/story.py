"""One default from invoice to withdrawal, with the events that tell of it.

The ids of the events are asked of the services: the same command under the same key is answered as
it was the first time.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from rich.table import Table
from rich.text import Text

from console.demo.dated import DatedCommand
from console.demo.notices import words
from console.demo.platform import Trigger
from console.demo.sender import Sender
from console.demo.tables import mad
from console.demo.unpaid import PROTRACTED_DEFAULT, WITHDRAWN, Default
from contracts.values import StatedMoney
from services.exports.commands import DeliverShipment, ExportShipment
from services.orders.commands import IssueInvoice, PlaceOrder, RecordPayment

TELLING_FIRST = ("paid-in-time", "extended", "disputed")
"""Why the default was withdrawn: the most telling reason first."""


class Step(NamedTuple):
    """Something that became known on `day`; `id` is that of the event, or of the trigger."""

    day: date
    id: str
    what: str
    style: str = ""
    is_trigger: bool = False


def chosen(defaults: Sequence[Default]) -> Default | None:
    """The default to tell of: withdrawn, for the most telling reason, the largest of those."""
    for reason in TELLING_FIRST:
        found = [d for d in defaults if d.state == WITHDRAWN and d.reason == reason]
        if found:
            return max(found, key=lambda default: default.exposed)
    return None


def order_of(default: Default) -> str:
    """The id of the order whose invoice it is."""
    return default.invoice.partition("/")[0]


async def steps(
    default: Default,
    commands: Sequence[DatedCommand],
    triggers: Sequence[Trigger],
    sender: Sender,
) -> list[Step]:
    """All that is known of the order, its shipments and the triggers on its invoice, by day.

    Raises:
        DemoStoppedError: a service cannot be reached, or answers otherwise than before.
    """
    told: list[Step] = []
    for command in _about(order_of(default), commands):
        answer = await sender.send(command)
        told += [_step(command, event) for event in answer["events"]]
    for trigger in triggers:
        if trigger.rule == PROTRACTED_DEFAULT and trigger.subject == default.invoice:
            told += _of_trigger(trigger)
    return sorted(told, key=lambda step: step.day)


def _about(order: str, commands: Sequence[DatedCommand]) -> list[DatedCommand]:
    shipments = {
        command.subject
        for command in commands
        if isinstance(command.body, ExportShipment) and command.body.order_id == order
    }
    return [command for command in commands if command.subject in {order, *shipments}]


def _step(command: DatedCommand, event: Mapping[str, Any]) -> Step:
    name = str(event["type"]).split(".")[-2]
    return Step(command.day, event["id"], f"{name}{_detail(command)}")


def _detail(command: DatedCommand) -> str:
    match command.body:
        case PlaceOrder(total=total):
            return f": {_money(total)}"
        case IssueInvoice(due_on=due_on):
            return f": due on {due_on}"
        case RecordPayment(amount=amount, received_on=received_on):
            return f": {_money(amount)}, received on {received_on}"
        case ExportShipment(exported_on=day):
            return f": left on {day}"
        case DeliverShipment(delivered_on=day):
            return f": arrived on {day}"
        case _:
            return ""


def _money(money: StatedMoney) -> str:
    return f"{money.amount:,} {money.currency}"


def _of_trigger(trigger: Trigger) -> list[Step]:
    exposed = f"risk trigger constituted: {mad(trigger.exposed)} MAD unpaid for 180 days"
    said = [Step(trigger.constituted_on, trigger.id, exposed, "bold yellow", True)]
    if trigger.ended_on is not None:
        ended = f"risk trigger {trigger.state}: {words(trigger.reason or '')}"
        said.append(Step(trigger.ended_on, trigger.id, ended, "bold green", True))
    return said


def table(told: Sequence[Step]) -> Table:
    """The steps, the first one first."""
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold cyan")
    shown.add_column("Known on", no_wrap=True)
    shown.add_column("Event or trigger", no_wrap=True, style="dim")
    shown.add_column("One default, from order to withdrawal")
    for step in told:
        shown.add_row(step.day.isoformat(), step.id, Text(step.what, style=step.style))
    return shown
