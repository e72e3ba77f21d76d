"""An invoice as the rule of default knows it: what is due, when, and what came in."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from typing import NamedTuple

from services.export_metrics.domain.events import (
    Disputed,
    Extended,
    Fact,
    Invoiced,
    OrderEnded,
    Paid,
    Settled,
)
from services.export_metrics.domain.exposure import NOBODY_KNOWN, ExposureCell

PRIVATE = "private"
NOTHING = Decimal(0)

# Amounts have up to 15 digits and 20 decimals; Inexact would say that a sum needs more than this.
_EXACT = Context(prec=100, traps=[Inexact])

InvoiceEvent = Invoiced | Paid | Extended | Disputed | Settled


class Cause(NamedTuple):
    """An event that something rests on."""

    event_id: str
    event_type: str
    subject: str


class Payment(NamedTuple):
    received_on: date
    amount: Decimal


class Extension(NamedTuple):
    extended_on: date
    due_on: date


class Standing(NamedTuple):
    """A default that stands: since when, on which terms, and the MAD centimes exposed."""

    constituted_on: date
    rule_version: int
    waiting_days: int
    exposed: int


@dataclass(frozen=True, slots=True)
class Invoice:
    """`amount` is in the order's currency, `mad_centimes` is the same in dirhams."""

    order: str
    number: str
    cause: Cause
    first_due_on: date
    buyer_kind: str
    amount: Decimal
    mad_centimes: int
    payments: tuple[Payment, ...] = ()
    extensions: tuple[Extension, ...] = ()
    disputes: tuple[str, ...] = ()
    credited: Decimal = NOTHING
    void: bool = False
    episode: int = 0
    standing: Standing | None = None
    undecided: tuple[Cause, ...] = ()
    """The events since it was decided last."""
    debtor: ExposureCell = NOBODY_KNOWN

    @property
    def subject(self) -> str:
        """What a trigger calls it: an invoice number is unique within its order only."""
        return f"{self.order}/{self.number}"

    @property
    def due_on(self) -> date:
        return self.extensions[-1].due_on if self.extensions else self.first_due_on

    def due_as_agreed_by(self, day: date) -> date:
        """The due day by the last extension that was agreed on or before `day`."""
        agreed = [x.due_on for x in self.extensions if x.extended_on <= day]
        return agreed[-1] if agreed else self.first_due_on

    def outstanding(self, on: date = date.max) -> Decimal:
        """What is due after credits and the payments that had come in by `on`; at least 0."""
        left = _EXACT.subtract(self.amount, self.credited)
        for payment in self.payments:
            if payment.received_on <= on:
                left = _EXACT.subtract(left, payment.amount)
        return max(left, NOTHING)

    def exposure(self, on: date = date.max) -> int:
        """`outstanding` in MAD centimes: its part of the invoiced value, rounded half-even."""
        if not self.amount:
            return 0
        part = Fraction(self.outstanding(on)) / Fraction(self.amount)
        return round(self.mad_centimes * part)

    def receivable(self) -> int:
        """What the debtor still owes, in MAD centimes; a dispute does not change that."""
        return 0 if self.void else self.exposure()

    def may_default(self) -> bool:
        """Whether nothing but time is missing."""
        return (
            self.buyer_kind == PRIVATE
            and not (self.void or self.disputes or self.standing)
            and self.outstanding() > 0
        )


def evolve(invoice: Invoice, event: InvoiceEvent | OrderEnded) -> Invoice:
    """Total: what the owner would not have said in this state changes as little as it can."""
    match event:
        case Invoiced():
            return invoice  # the first one stands
        case Paid(_, received_on, amount):
            return replace(invoice, payments=(*invoice.payments, Payment(received_on, amount)))
        case Extended(_, extended_on, due_on):
            return replace(
                invoice, extensions=(*invoice.extensions, Extension(extended_on, due_on))
            )
        case Disputed(_, dispute):
            others = [known for known in invoice.disputes if known != dispute]
            return replace(invoice, disputes=(*others, dispute))
        case Settled(_, dispute, credited):
            return replace(
                invoice,
                disputes=tuple(known for known in invoice.disputes if known != dispute),
                credited=_EXACT.add(invoice.credited, credited),
            )
        case OrderEnded():
            return replace(invoice, void=True)


def learnt(invoice: Invoice, fact: Fact, event: InvoiceEvent | OrderEnded) -> Invoice:
    """`evolve`, and remember by what."""
    after = evolve(invoice, event)
    return replace(after, undecided=(*invoice.undecided, cause_of(fact)))


def invoiced(fact: Fact, event: Invoiced, debtor: ExposureCell) -> Invoice:
    """A new invoice."""
    return Invoice(
        order=fact.subject,
        number=event.invoice,
        cause=cause_of(fact),
        first_due_on=event.due_on,
        buyer_kind=event.buyer_kind,
        amount=event.amount,
        mad_centimes=event.mad_centimes,
        debtor=debtor,
    )


def cause_of(fact: Fact) -> Cause:
    return Cause(fact.id, fact.type, fact.subject)
