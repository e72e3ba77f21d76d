"""When a buyer may dispute an invoice, and how that ends."""

from collections.abc import Iterator
from datetime import date

from contracts.dates import out_of_range
from contracts.orders import DisputeOpened, DisputeSettled
from contracts.problem import Problem
from services.orders.commands import OpenDispute, SettleDispute
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
    stated_amount,
)
from services.orders.domain.paying import with_completion
from services.orders.domain.state import Invoice, Order, OrderEvent


def opened(command: OpenDispute, order: Order, today: date) -> list[DisputeOpened]:
    invoice = existing_invoice(order, command.invoice)
    event = DisputeOpened(
        invoice=command.invoice,
        dispute_reference=command.dispute_reference,
        opened_on=command.opened_on,
        reason=command.reason,
    )
    if known := invoice.dispute(command.dispute_reference):
        if event == known.opened:
            return []
        raise conflict("dispute_exists", "dispute_reference", "was opened with another content")
    check_not_cancelled(order)
    check_unpaid(invoice)
    if invoice.open_dispute:
        reference = invoice.open_dispute.dispute_reference
        raise conflict("dispute_open", "invoice", f"{reference} is not settled yet")
    disputes = sum(len(one.disputes) for one in order.invoices)
    check_room("disputes", "dispute_reference", disputes)
    check(
        out_of_range(today, opened_on=command.opened_on),
        not_before(
            "date_before_issue",
            "opened_on",
            command.opened_on,
            invoice.issued.issued_on,
            "the invoice was issued",
        ),
    )
    return [event]


def settled(command: SettleDispute, order: Order, today: date) -> list[OrderEvent]:
    """A dispute of an invoice that was paid meanwhile is settled too, without a credit."""
    invoice = existing_invoice(order, command.invoice)
    dispute = invoice.dispute(command.dispute_reference)
    if dispute is None:
        raise conflict("dispute_unknown", "dispute_reference", "was never opened")
    event = DisputeSettled(
        invoice=command.invoice,
        dispute_reference=command.dispute_reference,
        settled_on=command.settled_on,
        outcome=command.outcome,
        credited=money(command.credited) if command.credited else None,
    )
    if event == dispute.settled:
        return []
    if dispute.settled:
        raise conflict("dispute_settled", "dispute_reference", "was settled otherwise")
    check_not_cancelled(order)
    check(
        out_of_range(today, settled_on=command.settled_on),
        not_before(
            "settled_before_opened",
            "settled_on",
            command.settled_on,
            dispute.opened.opened_on,
            "the dispute was opened",
        ),
        _credit_problems(command, order, invoice),
    )
    return with_completion(order, event)


def _credit_problems(command: SettleDispute, order: Order, invoice: Invoice) -> Iterator[Problem]:
    if command.credited is not None:
        due = invoice.outstanding
        yield from stated_amount("credited", command.credited, order)
        yield from at_most("above_outstanding", "credited", command.credited, due, "is outstanding")
