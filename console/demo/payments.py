"""How orders are paid: at once, or by an invoice that most pay, some late, and some never."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from console.demo.bills import Bill, Told, share_of
from console.demo.chance import happens, pick
from console.demo.defaulters import not_in_waiting_period
from console.demo.sales import Sale
from services.orders.commands import BuyerKind, PayOrder, RecordFailedPayment, RefundOrder

CARD, MOBILE, TRANSFER = "card", "mobile", "bank-transfer"
METHODS_AT_ONCE = {CARD: 62, MOBILE: 28, TRANSFER: 10}
METHODS_BY_INVOICE = {TRANSFER: 82, CARD: 10, MOBILE: 8}
FAILED_PER_THOUSAND = {CARD: 110, MOBILE: 140, TRANSFER: 15}
FINAL_PER_THOUSAND = 250
REASONS_OF_FAILURE = {"insufficient-funds": 5, "refused-by-bank": 3, "network-error": 2}
REFUNDED_PER_THOUSAND = 25
TERMS = {30: 40, 45: 15, 60: 30, 90: 15}
"""Days from the invoice to its due day, by weight."""
PUBLIC_PER_THOUSAND = 40


class Payer(StrEnum):
    """How an invoice is paid."""

    IN_TIME = "in time"
    LATE = "late"
    IN_PARTS = "in parts"
    EXTENDED = "later, as agreed"
    DISPUTES = "after a dispute"
    DEFAULTS = "not within the waiting period"


PAYERS = {
    Payer.IN_TIME: 630,
    Payer.LATE: 190,
    Payer.IN_PARTS: 70,
    Payer.EXTENDED: 20,
    Payer.DISPUTES: 20,
    Payer.DEFAULTS: 70,
}


def paid_at_once(rng: random.Random, sale: Sale, key: str, placed_on: date) -> Iterator[Told]:
    """Paid within days of the order; now and then an attempt fails before, or money goes back."""
    day = placed_on + timedelta(days=rng.randint(0, 2))
    method = pick(rng, METHODS_AT_ONCE)
    reference = f"pay-{key}"
    if happens(rng, FAILED_PER_THOUSAND[method]):
        final = happens(rng, FINAL_PER_THOUSAND)
        yield _failed(rng, sale, reference, day, method, final=final)
        reference = f"{reference}-again" if final else reference
        day += timedelta(days=rng.randint(1, 2))
    pay = PayOrder(paid_on=day, amount=sale.total, method=method, payment_reference=reference)
    yield Told(day, "pay", pay)
    if happens(rng, REFUNDED_PER_THOUSAND):
        back = sale.exported_on + timedelta(days=rng.randint(20, 50))
        refund = RefundOrder(
            refunded_on=back,
            amount=share_of(sale.total, rng.randint(5, 60)),
            reason="goods-damaged",
            payment_reference=reference,
        )
        yield Told(back, "refund", refund)


def paid_by_invoice(rng: random.Random, sale: Sale, key: str) -> Iterator[Told]:
    """Invoiced when the goods leave, and paid as the buyer is wont to."""
    issued_on = sale.exported_on + timedelta(days=rng.randint(0, 3))
    public = happens(rng, PUBLIC_PER_THOUSAND)
    bill = Bill(
        sale=sale,
        key=key,
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=pick(rng, TERMS)),
        buyer_kind=BuyerKind.PUBLIC if public else BuyerKind.PRIVATE,
        method=pick(rng, METHODS_BY_INVOICE),
    )
    yield bill.issued()
    yield from _as_wont(rng, bill)


def _as_wont(rng: random.Random, bill: Bill) -> Iterator[Told]:
    due_on = bill.due_on
    match pick(rng, PAYERS):
        case Payer.IN_TIME:
            days = (due_on - bill.issued_on).days
            yield bill.paid(due_on - timedelta(days=rng.randint(0, days - 5)))
        case Payer.LATE:
            yield bill.paid(_after(rng, due_on, 3, 150))
        case Payer.IN_PARTS:
            percent = rng.choice((30, 40, 50))
            yield bill.paid(due_on - timedelta(days=rng.randint(1, 20)), percent=percent)
            yield bill.rest_paid(_after(rng, due_on, 0, 60), percent)
        case Payer.EXTENDED:
            agreed = due_on - timedelta(days=rng.randint(0, 10))
            later = _after(rng, due_on, 30, 90)
            yield bill.extended(agreed, later)
            yield bill.paid(_after(rng, later, -20, 40))
        case Payer.DISPUTES:
            opened = _after(rng, due_on, -5, 60)
            settled = _after(rng, opened, 15, 70)
            credited = rng.choice((0, 10, 25))
            yield bill.disputed(opened)
            yield bill.settled(settled, credited)
            yield bill.rest_paid(_after(rng, settled, 5, 40), credited)
        case Payer.DEFAULTS:
            yield from not_in_waiting_period(rng, bill)


def _after(rng: random.Random, day: date, least: int, most: int) -> date:
    return day + timedelta(days=rng.randint(least, most))


def _failed(
    rng: random.Random, sale: Sale, reference: str, day: date, method: str, *, final: bool
) -> Told:
    body = RecordFailedPayment(
        payment_reference=reference,
        failed_on=day,
        amount=sale.total,
        method=method,
        reason=pick(rng, REASONS_OF_FAILURE),
        final=final,
    )
    return Told(day, "fail", body)
