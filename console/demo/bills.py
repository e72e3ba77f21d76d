"""An invoice, and all that can be told of it."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN
from typing import NamedTuple

from console.demo.markets import mad_per_unit
from console.demo.sales import CENT, Sale
from contracts.values import Command, StatedMoney
from services.orders.commands import (
    BuyerKind,
    ExtendPayment,
    InvoiceRate,
    IssueInvoice,
    OpenDispute,
    RecordPayment,
    SettleDispute,
)

INVOICE = "1"
"""Its number: an order has one at most."""


class Told(NamedTuple):
    """What is told of an order, and the first day on which it can be: never before it happened."""

    day: date
    name: str
    body: Command


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice, and what can be told of it. `due_on` is the first due day."""

    sale: Sale
    key: str
    issued_on: date
    due_on: date
    buyer_kind: BuyerKind
    method: str

    def issued(self) -> Told:
        total, day = self.sale.total, self.issued_on
        rate = InvoiceRate(mad_per_unit=mad_per_unit(total.currency, day), date=day)
        body = IssueInvoice(
            invoice=INVOICE,
            issued_on=day,
            due_on=self.due_on,
            buyer_kind=self.buyer_kind,
            amount=total,
            exchange_rate=None if total.currency == "MAD" else rate,
        )
        return Told(day, "invoice", body)

    def paid(self, day: date, *, percent: int = 100, told: date | None = None) -> Told:
        """So many per cent of the total; `told` is when that comes to be known, if later."""
        return self._paid(day, 1, share_of(self.sale.total, percent), told or day)

    def rest_paid(self, day: date, percent: int) -> Told:
        """All that is left when so many per cent were paid or credited, to the cent."""
        paid = share_of(self.sale.total, percent).amount
        rest = StatedMoney(amount=self.sale.total.amount - paid, currency=self.sale.currency)
        return self._paid(day, 2, rest, day)

    def _paid(self, day: date, part: int, amount: StatedMoney, told: date) -> Told:
        body = RecordPayment(
            invoice=INVOICE,
            payment_reference=f"pay-{self.key}-{part}",
            received_on=day,
            amount=amount,
            method=self.method,
        )
        return Told(told, f"pay-{part}", body)

    def extended(self, day: date, due_on: date, *, told: date | None = None) -> Told:
        body = ExtendPayment(invoice=INVOICE, extended_on=day, due_on=due_on)
        return Told(told or day, "extend", body)

    def disputed(self, day: date) -> Told:
        body = OpenDispute(
            invoice=INVOICE,
            dispute_reference=f"dispute-{self.key}",
            opened_on=day,
            reason="goods-not-as-agreed",
        )
        return Told(day, "dispute", body)

    def settled(self, day: date, credited_percent: int = 0) -> Told:
        credited = share_of(self.sale.total, credited_percent) if credited_percent else None
        body = SettleDispute(
            invoice=INVOICE,
            dispute_reference=f"dispute-{self.key}",
            settled_on=day,
            outcome="price-reduced" if credited else "claim-rejected",
            credited=credited,
        )
        return Told(day, "settle", body)


def share_of(total: StatedMoney, percent: int) -> StatedMoney:
    """So many per cent of an amount, to the cent."""
    amount = (total.amount * percent / 100).quantize(CENT, ROUND_HALF_EVEN)
    return total if percent == 100 else StatedMoney(amount=amount, currency=total.currency)
