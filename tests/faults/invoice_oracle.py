"""When an invoice is in default, by all that was learnt of it: every time from the beginning."""

from datetime import date, timedelta
from fractions import Fraction

from contracts.event import Event
from contracts.insurance import RuleTermsSet
from contracts.orders import (
    DisputeOpened,
    DisputeSettled,
    InvoiceIssued,
    OrderCancelled,
    PaymentExtended,
    PaymentReceived,
)


class KnownInvoice:
    """An invoice, and all that was learnt of its order after it."""

    def __init__(self, invoice: InvoiceIssued, learnt: list[Event | None]) -> None:
        self._invoice = invoice
        self._learnt = [
            each
            for each in learnt
            if isinstance(each, OrderCancelled) or getattr(each, "invoice", None) == invoice.invoice
        ]

    def left(self, on: date = date.max) -> Fraction:
        left = Fraction(self._invoice.amount.stated.amount)
        for each in self._learnt:
            if isinstance(each, DisputeSettled) and each.credited:
                left -= Fraction(each.credited.amount)
            if isinstance(each, PaymentReceived) and each.received_on <= on:
                left -= Fraction(each.amount.amount)
        return max(left, Fraction(0))

    def exposed(self, on: date = date.max) -> int:
        amount = self._invoice.amount
        return round(amount.mad_centimes * self.left(on) / Fraction(amount.stated.amount))

    def due(self, agreed_by: date = date.max) -> date:
        due = self._invoice.due_on
        for each in self._learnt:
            if isinstance(each, PaymentExtended) and each.extended_on <= agreed_by:
                due = each.due_on
        return due

    def is_cancelled(self) -> bool:
        return any(isinstance(each, OrderCancelled) for each in self._learnt)

    def is_disputed(self) -> bool:
        is_open: dict[str, bool] = {}
        for each in self._learnt:
            if isinstance(each, DisputeOpened | DisputeSettled):
                is_open[each.dispute_reference] = isinstance(each, DisputeOpened)
        return any(is_open.values())

    def is_due(self, day: date, terms: RuleTermsSet) -> bool:
        return (
            self._invoice.buyer_kind == "private"
            and not (self.is_cancelled() or self.is_disputed())
            and self.left() > 0
            and day >= self.due() + timedelta(days=terms.waiting_days)
            and self.exposed(day) >= max(terms.least_exposure_mad_centimes, 1)
        )

    def ends(self, since: date, waiting_days: int, exposed: int) -> tuple[str, str] | None:
        if self.is_cancelled():
            return "-", "order-cancelled"
        if not self.left(since):
            return "-", "paid-in-time"
        if not self.left():
            return "~", "recovered"
        if self.is_disputed():
            return "-", "disputed"
        if self.due(since) + timedelta(days=waiting_days) > since:
            return "-", "extended"
        if self.exposed(since) != exposed:
            return "~", "exposure-corrected"
        return None
