"""Which events a command gives: each has its rules in a module of its own."""

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from contracts.dates import out_of_range
from contracts.orders import OrderCancelled, OrderRated
from contracts.problem import Refusal, refused
from services.orders.commands import (
    CancelOrder,
    ExtendPayment,
    InvoiceCommand,
    IssueInvoice,
    OpenDispute,
    OrdersCommand,
    PayOrder,
    PlaceOrder,
    RateOrder,
    RecordFailedPayment,
    RecordPayment,
    RefundOrder,
    SettleDispute,
)
from services.orders.domain import disputing, invoicing, paying, placing
from services.orders.domain.checks import (
    check,
    check_not_cancelled,
    conflict,
    not_before_order,
)
from services.orders.domain.state import Order, OrderEvent, Status


def decide(command: OrdersCommand, order: Order | None, today: date) -> Sequence[OrderEvent]:
    """What was said before changes nothing. A repetition with another content is a conflict.

    Raises:
        RefusedError: the command is not valid, or does not fit what became of the order.
    """
    if isinstance(command, PlaceOrder):
        return [placing.placed(command, today)]
    if order is None:
        raise refused(Refusal.NOT_FOUND, "not_found", "id", "no such order")
    match command:
        case PayOrder():
            return [paying.paid_at_once(command, order, today)]
        case CancelOrder():
            return _cancelled(command, order, today)
        case RefundOrder():
            return paying.refunded(command, order, today)
        case RateOrder():
            return _rated(command, order, today)
        case _:
            return _about_invoices(command, order, today)


def _about_invoices(command: InvoiceCommand, order: Order, today: date) -> Sequence[OrderEvent]:
    match command:
        case IssueInvoice():
            return invoicing.issued(command, order, today)
        case RecordPayment():
            return paying.received(command, order, today)
        case RecordFailedPayment():
            return paying.failed(command, order, today)
        case ExtendPayment():
            return invoicing.extended(command, order, today)
        case OpenDispute():
            return disputing.opened(command, order, today)
        case SettleDispute():
            return disputing.settled(command, order, today)
        case _:
            assert_never(command)


def _cancelled(command: CancelOrder, order: Order, today: date) -> list[OrderCancelled]:
    """Makes unpaid invoices void. Money that was received must have gone back before."""
    if order.status is Status.CANCELLED:
        return []
    if order.status is Status.PAID:
        raise conflict("order_paid", "id", "is paid: it cannot be cancelled")
    if order.held:
        raise conflict("money_received", "id", f"{order.held:f} was received and not refunded")
    check(
        out_of_range(today, cancelled_on=command.cancelled_on),
        not_before_order(order, "cancelled_on", command.cancelled_on),
    )
    return [OrderCancelled(cancelled_on=command.cancelled_on, reason=command.reason)]


def _rated(command: RateOrder, order: Order, today: date) -> list[OrderRated]:
    """Who was never asked to pay has nothing to rate yet."""
    event = OrderRated(rated_on=command.rated_on, stars=command.stars)
    if event == order.rating:
        return []
    check_not_cancelled(order)
    if order.status is not Status.PAID and not order.invoices:
        raise conflict("order_not_invoiced", "id", "is neither paid nor invoiced yet")
    if order.rating and command.rated_on < order.rating.rated_on:
        raise conflict("rating_older", "rated_on", f"was rated on {order.rating.rated_on} since")
    check(
        out_of_range(today, rated_on=command.rated_on),
        not_before_order(order, "rated_on", command.rated_on),
    )
    return [event]
