"""What the service knows of an order: no more than its rules ask for."""

from collections.abc import Iterable
from datetime import date
from decimal import Context, Decimal, Inexact
from enum import StrEnum
from functools import reduce

from contracts.orders import (
    DisputeOpened,
    DisputeSettled,
    InvoiceIssued,
    OrderCancelled,
    OrderLine,
    OrderPaid,
    OrderPlaced,
    OrderRated,
    OrderRefunded,
    PaymentExtended,
    PaymentFailed,
    PaymentReceived,
)
from contracts.values import CountryCode, Id, LocalDate, Money, Reference, Slug, Value

# A hundred amounts of 15 digits and 20 decimals need 37 digits; Inexact would say that it is more.
_EXACT = Context(prec=60, traps=[Inexact])

InvoiceEvent = InvoiceIssued | PaymentReceived | PaymentExtended | DisputeOpened | DisputeSettled
OrderEvent = (
    OrderPlaced
    | OrderPaid
    | OrderCancelled
    | OrderRefunded
    | OrderRated
    | PaymentFailed
    | InvoiceEvent
)


class Status(StrEnum):
    PLACED = "placed"
    PAID = "paid"
    CANCELLED = "cancelled"


class Dispute(Value):
    opened: DisputeOpened
    settled: DisputeSettled | None = None


class Invoice(Value):
    """`due_on` is as last extended, on `extended_on`."""

    issued: InvoiceIssued
    due_on: LocalDate
    extended_on: LocalDate | None = None
    payments: tuple[PaymentReceived, ...] = ()
    disputes: tuple[Dispute, ...] = ()

    @property
    def outstanding(self) -> Decimal:
        """What is still due: stated less paid, less credited. Never below zero."""
        paid = (payment.amount.amount for payment in self.payments)
        credited = (credit.amount for _, credit in self.credits())
        return difference(self.issued.amount.stated.amount, total((*paid, *credited)))

    @property
    def open_dispute(self) -> DisputeOpened | None:
        return next((one.opened for one in self.disputes if one.settled is None), None)

    def credits(self) -> list[tuple[DisputeSettled, Money]]:
        """The settlements that took something off, with what they took off."""
        settled = (dispute.settled for dispute in self.disputes)
        return [(one, one.credited) for one in settled if one is not None and one.credited]

    def dispute(self, reference: str) -> Dispute | None:
        return next((d for d in self.disputes if d.opened.dispute_reference == reference), None)


class Order(Value):
    """An order as it was placed, and where it stands. `failures` has the last of each payment."""

    placed_on: LocalDate
    producer_id: Id
    buyer_id: Reference
    country: CountryCode
    channel: Slug
    lines: tuple[OrderLine, ...]
    total: Money
    status: Status = Status.PLACED
    paid: OrderPaid | None = None
    invoices: tuple[Invoice, ...] = ()
    failures: tuple[PaymentFailed, ...] = ()
    refunds: tuple[OrderRefunded, ...] = ()
    rating: OrderRated | None = None

    def invoice(self, number: str) -> Invoice | None:
        return next((one for one in self.invoices if one.issued.invoice == number), None)

    def payments(self) -> list[PaymentReceived]:
        """What was received for the invoices."""
        return [payment for invoice in self.invoices for payment in invoice.payments]

    def failure(self, reference: str) -> PaymentFailed | None:
        return next((one for one in self.failures if one.payment_reference == reference), None)

    def receipt(self, reference: str) -> tuple[date, Decimal] | None:
        """When and how much money arrived under a reference, with or without an invoice."""
        if self.paid and not self.invoices and self.paid.payment_reference == reference:
            return self.paid.paid_on, self.paid.amount.amount
        found = (one for one in self.payments() if one.payment_reference == reference)
        return next(((one.received_on, one.amount.amount) for one in found), None)

    @property
    def settled(self) -> bool:
        """Whether all of the order was invoiced and nothing of it is due any more."""
        invoiced = total(invoice.issued.amount.stated.amount for invoice in self.invoices)
        return invoiced == self.total.amount and not any(one.outstanding for one in self.invoices)

    @property
    def held(self) -> Decimal:
        """What was received for invoices and not given back."""
        received = total(payment.amount.amount for payment in self.payments())
        return difference(received, total(refund.amount.amount for refund in self.refunds))


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    return reduce(_EXACT.add, amounts, Decimal(0))


def difference(whole: Decimal, part: Decimal) -> Decimal:
    """The exact difference."""
    return _EXACT.subtract(whole, part)
