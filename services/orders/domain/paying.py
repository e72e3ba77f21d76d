"""When money may be recorded: in full, for an invoice, as failed, and as given back.

The reference of a payment is unique within its order.
"""

from collections.abc import Iterator
from datetime import date

from contracts.dates import out_of_range
from contracts.orders import OrderPaid, OrderRefunded, PaymentFailed, PaymentReceived
from contracts.problem import Problem
from contracts.values import Money
from services.orders.commands import (
    PayOrder,
    RecordFailedPayment,
    RecordPayment,
    RefundOrder,
)
from services.orders.domain.checks import (
    at_most,
    check,
    check_not_cancelled,
    check_room,
    check_unpaid,
    conflict,
    existing_invoice,
    money,
    not_before,
    not_before_order,
    same_currency,
    stated_amount,
)
from services.orders.domain.evolve import evolve
from services.orders.domain.state import Order, OrderEvent, Status, difference, total


def paid_at_once(command: PayOrder, order: Order, today: date) -> OrderPaid:
    if order.status is not Status.PLACED:
        raise conflict(f"order_{order.status}", "id", f"is {order.status} already")
    if order.invoices:
        raise conflict("order_invoiced", "id", "has invoices: payments are recorded for those")
    _check_reference_free(order, command.payment_reference)
    check(
        out_of_range(today, paid_on=command.paid_on),
        not_before_order(order, "paid_on", command.paid_on),
        same_currency("amount.currency", command.amount, order.total),
        _in_full(command.amount, order.total),
    )
    return OrderPaid(
        paid_on=command.paid_on,
        amount=money(command.amount),
        method=command.method,
        payment_reference=command.payment_reference,
    )


def received(command: RecordPayment, order: Order, today: date) -> list[OrderEvent]:
    """An advance counts too: the money may have come before its invoice, not before the order."""
    invoice = existing_invoice(order, command.invoice)
    event = PaymentReceived(
        invoice=command.invoice,
        payment_reference=command.payment_reference,
        received_on=command.received_on,
        amount=money(command.amount),
        method=command.method,
    )
    if event in invoice.payments:
        return []
    _check_reference_free(order, command.payment_reference)
    check_not_cancelled(order)
    check_unpaid(invoice)
    check_room("payments", "payment_reference", len(order.payments()))
    due = invoice.outstanding
    check(
        out_of_range(today, received_on=command.received_on),
        not_before_order(order, "received_on", command.received_on),
        stated_amount("amount", command.amount, order),
        at_most("above_outstanding", "amount", command.amount, due, "is outstanding"),
    )
    return with_completion(order, event)


def failed(command: RecordFailedPayment, order: Order, today: date) -> list[PaymentFailed]:
    """A failed attempt is a fact whatever became of the order, so it is recorded late too."""
    if command.invoice is not None:
        existing_invoice(order, command.invoice)
    event = PaymentFailed(
        payment_reference=command.payment_reference,
        failed_on=command.failed_on,
        amount=money(command.amount),
        method=command.method,
        reason=command.reason,
        final=command.final,
        invoice=command.invoice,
    )
    last = order.failure(command.payment_reference)
    if event == last:
        return []
    _check_reference_free(order, command.payment_reference)
    if last is None:
        check_room("failures", "payment_reference", len(order.failures))
    elif command.failed_on < last.failed_on:
        raise conflict("failure_older", "failed_on", f"failed on {last.failed_on} since")
    check(
        out_of_range(today, failed_on=command.failed_on),
        not_before_order(order, "failed_on", command.failed_on),
        stated_amount("amount", command.amount, order),
    )
    return [event]


def refunded(command: RefundOrder, order: Order, today: date) -> list[OrderRefunded]:
    """A refund names the payment that it gives back, which can be refunded in parts."""
    event = OrderRefunded(
        refunded_on=command.refunded_on,
        amount=money(command.amount),
        reason=command.reason,
        payment_reference=command.payment_reference,
    )
    if event in order.refunds:
        return []
    receipt = order.receipt(command.payment_reference)
    if receipt is None:
        raise conflict("payment_unknown", "payment_reference", "no such payment was received")
    check_room("refunds", "payment_reference", len(order.refunds))
    received_on, amount = receipt
    before = total(
        refund.amount.amount
        for refund in order.refunds
        if refund.payment_reference == command.payment_reference
    )
    left = difference(amount, before)
    check(
        out_of_range(today, refunded_on=command.refunded_on),
        not_before(
            "refund_before_payment", "refunded_on", command.refunded_on, received_on, "it was paid"
        ),
        stated_amount("amount", command.amount, order),
        at_most("above_paid", "amount", command.amount, left, "of this payment is left"),
    )
    return [event]


def with_completion(order: Order, event: OrderEvent) -> list[OrderEvent]:
    """The event, and that the order is paid when that settles the last of its invoices."""
    after = evolve(order, event)
    if order.status is Status.PLACED and after.settled:
        return [event, _paid_by_invoices(after)]
    return [event]


def _paid_by_invoices(order: Order) -> OrderPaid:
    """All that was received, on the day of the latest payment or credit, with its reference."""
    payments = order.payments()
    steps = [(one.received_on, one.method, one.payment_reference) for one in payments]
    for invoice in order.invoices:
        for settlement, _ in invoice.credits():
            steps.append((settlement.settled_on, "credit", settlement.dispute_reference))
    paid_on, method, reference = max(steps, key=lambda step: step[0])
    return OrderPaid(
        paid_on=paid_on,
        amount=Money(
            amount=total(payment.amount.amount for payment in payments),
            currency=order.total.currency,
        ),
        method=method,
        payment_reference=reference,
    )


def _check_reference_free(order: Order, reference: str) -> None:
    if order.receipt(reference) is not None:
        raise conflict("payment_exists", "payment_reference", "this payment was received before")
    failure = order.failure(reference)
    if failure is not None and failure.final:
        raise conflict("payment_failed", "payment_reference", "failed for good before")


def _in_full(amount: Money, due: Money) -> Iterator[Problem]:
    if amount.amount != due.amount:
        yield Problem("amount_differs", "amount.amount", f"must be the total, {due.amount:f}")
