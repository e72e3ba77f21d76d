"""Checks that several commands share. What contradicts the history is a conflict."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain

from contracts.problem import Problem, Refusal, RefusedError, refused
from contracts.values import Money
from services.orders.domain.state import Invoice, Order, Status

MOST_OF_A_KIND = 100
"""Invoices, payments, failures, refunds and disputes that one order can have of each."""

LONGEST_TERM = timedelta(days=3650)
"""A due day is at most this long after the issue, so that days can be counted from it."""


def check(*found: Iterable[Problem]) -> None:
    """Raises RefusedError with all problems found."""
    if problems := tuple(chain.from_iterable(found)):
        raise RefusedError(Refusal.INVALID, *problems)


def conflict(code: str, field: str, message: str) -> RefusedError:
    return refused(Refusal.CONFLICT, code, field, message)


def existing_invoice(order: Order, number: str) -> Invoice:
    """Raises RefusedError when the order has no such invoice."""
    invoice = order.invoice(number)
    if invoice is None:
        raise conflict("invoice_unknown", "invoice", "the order has no invoice of this number")
    return invoice


def check_not_cancelled(order: Order) -> None:
    """Raises RefusedError: with the order, its unpaid invoices became void."""
    if order.status is Status.CANCELLED:
        raise conflict("order_cancelled", "id", "is cancelled already")


def check_unpaid(invoice: Invoice) -> None:
    """Raises RefusedError when nothing is due any more."""
    if not invoice.outstanding:
        raise conflict("invoice_paid", "invoice", "nothing of it is outstanding")


def check_room(kind: str, field: str, there: int) -> None:
    """Raises RefusedError when the order has as many of a kind as it can."""
    if there >= MOST_OF_A_KIND:
        raise conflict(
            f"too_many_{kind}", field, f"an order has at most {MOST_OF_A_KIND} {kind} on record"
        )


def same_currency(field: str, money: Money, total: Money) -> Iterator[Problem]:
    if money.currency != total.currency:
        yield Problem("currency_differs", field, f"the order's total is in {total.currency}")


def stated_amount(field: str, money: Money, order: Order) -> Iterator[Problem]:
    """An amount of an order is above zero and in its currency."""
    if not money.amount:
        yield Problem("amount_zero", f"{field}.amount", "must be above zero")
    yield from same_currency(f"{field}.currency", money, order.total)


def at_most(code: str, field: str, stated: Money, most: Decimal, what: str) -> Iterator[Problem]:
    if stated.amount > most:
        yield Problem(code, f"{field}.amount", f"only {most:f} {what}")


def not_before_order(order: Order, field: str, day: date) -> Iterator[Problem]:
    yield from not_before("date_before_order", field, day, order.placed_on, "the order was placed")


def not_before(code: str, field: str, day: date, start: date, what: str) -> Iterator[Problem]:
    if day < start:
        yield Problem(code, field, f"{what} on {start}")


def money(stated: Money) -> Money:
    """The amount of a command as the events have it."""
    return Money(amount=stated.amount, currency=stated.currency)
