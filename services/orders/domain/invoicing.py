"""When an order may be invoiced, and when an invoice may become due later."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from contracts.dates import out_of_range
from contracts.money import mad_centimes
from contracts.orders import InvoicedAmount, InvoiceIssued, PaymentExtended
from contracts.problem import Problem
from contracts.values import MAX_WHOLE
from services.orders.commands import ExtendPayment, InvoiceRate, IssueInvoice
from services.orders.domain.checks import (
    LONGEST_TERM,
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
    stated_amount,
)
from services.orders.domain.state import Order, Status, difference, total

HOME_CURRENCY = "MAD"


def issued(command: IssueInvoice, order: Order, today: date) -> list[InvoiceIssued]:
    """The invoices of an order may add up to its total, and to no more."""
    if known := order.invoice(command.invoice):
        if _says_the_same(command, known.issued):
            return []
        raise conflict("invoice_exists", "invoice", "was issued before with another content")
    check_not_cancelled(order)
    if order.status is Status.PAID:
        raise conflict("order_paid", "id", "is paid already")
    check_room("invoices", "invoice", len(order.invoices))
    invoiced = total(invoice.issued.amount.stated.amount for invoice in order.invoices)
    check(
        out_of_range(today, issued_on=command.issued_on),
        not_before_order(order, "issued_on", command.issued_on),
        _term("due_on", command.due_on, command.issued_on),
        stated_amount("amount", command.amount, order),
        at_most(
            "above_total",
            "amount",
            command.amount,
            difference(order.total.amount, invoiced),
            "of the order's total is not invoiced yet",
        ),
        _rate_problems(command, today),
    )
    rate = _rate(command)
    centimes = mad_centimes(command.amount.amount, rate.mad_per_unit)
    check(_countable(centimes))
    return [
        InvoiceIssued(
            invoice=command.invoice,
            issued_on=command.issued_on,
            due_on=command.due_on,
            buyer_kind=command.buyer_kind,
            amount=InvoicedAmount(
                stated=money(command.amount),
                rate=rate.mad_per_unit,
                rate_date=rate.date,
                mad_centimes=centimes,
            ),
        )
    ]


def extended(command: ExtendPayment, order: Order, today: date) -> list[PaymentExtended]:
    """An overdue invoice can be extended too: readers tell by the day what that changes."""
    invoice = existing_invoice(order, command.invoice)
    if (command.extended_on, command.due_on) == (invoice.extended_on, invoice.due_on):
        return []
    check_not_cancelled(order)
    check_unpaid(invoice)
    start = invoice.issued.issued_on
    check(
        out_of_range(today, extended_on=command.extended_on),
        not_before(
            "date_before_issue", "extended_on", command.extended_on, start, "the invoice was issued"
        ),
        _later(command.due_on, invoice.due_on),
        _term("due_on", command.due_on, start),
    )
    return [
        PaymentExtended(
            invoice=command.invoice, extended_on=command.extended_on, due_on=command.due_on
        )
    ]


def _says_the_same(command: IssueInvoice, event: InvoiceIssued) -> bool:
    rate = _rate(command)
    return (
        (command.issued_on, command.due_on, command.buyer_kind)
        == (event.issued_on, event.due_on, event.buyer_kind)
        and money(command.amount) == event.amount.stated
        and (rate.mad_per_unit, rate.date) == (event.amount.rate, event.amount.rate_date)
    )


def _rate(command: IssueInvoice) -> InvoiceRate:
    own = InvoiceRate(mad_per_unit=Decimal(1), date=command.issued_on)
    return command.exchange_rate or own


def _rate_problems(command: IssueInvoice, today: date) -> Iterator[Problem]:
    currency, rate = command.amount.currency, command.exchange_rate
    if rate is None:
        if currency != HOME_CURRENCY:
            yield Problem("rate_missing", "exchange_rate", f"is required for {currency}")
        return
    if currency == HOME_CURRENCY:
        yield Problem("rate_needless", "exchange_rate", f"{HOME_CURRENCY} is not converted")
    if not rate.mad_per_unit:
        yield Problem("rate_zero", "exchange_rate.mad_per_unit", "must be above zero")
    yield from out_of_range(today, **{"exchange_rate.date": rate.date})


def _term(field: str, due_on: date, issued_on: date) -> Iterator[Problem]:
    yield from not_before("due_before_issue", field, due_on, issued_on, "the invoice was issued")
    if due_on - issued_on > LONGEST_TERM:
        yield Problem("due_too_late", field, f"is over {LONGEST_TERM.days} days after the issue")


def _later(due_on: date, before: date) -> Iterator[Problem]:
    if due_on <= before:
        yield Problem("due_not_later", "due_on", f"the invoice is due on {before} already")


def _countable(centimes: int) -> Iterator[Problem]:
    if centimes > MAX_WHOLE:
        yield Problem("too_large", "amount.amount", f"exceeds {MAX_WHOLE} centimes of MAD")
