"""What becomes of an order by what happened to it."""

from typing import assert_never

from contracts.orders import (
    DisputeOpened,
    DisputeSettled,
    InvoiceIssued,
    OrderCancelled,
    OrderPaid,
    OrderPlaced,
    OrderRated,
    OrderRefunded,
    PaymentExtended,
    PaymentFailed,
    PaymentReceived,
)
from services.orders.domain.state import (
    Dispute,
    Invoice,
    InvoiceEvent,
    Order,
    OrderEvent,
    Status,
)


def evolve(order: Order | None, event: OrderEvent) -> Order:
    if isinstance(event, OrderPlaced):
        return Order.model_validate(event.model_dump())
    if order is None:
        raise ValueError(f"{type(event).__name__} before OrderPlaced")
    return order.model_copy(update=_changes(order, event))


def _changes(
    order: Order,
    event: OrderPaid | OrderCancelled | OrderRefunded | OrderRated | PaymentFailed | InvoiceEvent,
) -> dict[str, object]:
    match event:
        case OrderPaid():
            return {"status": Status.PAID, "paid": event}
        case OrderCancelled():
            return {"status": Status.CANCELLED}
        case OrderRefunded():
            return {"refunds": (*order.refunds, event)}
        case OrderRated():
            return {"rating": event}
        case PaymentFailed():
            others = (o for o in order.failures if o.payment_reference != event.payment_reference)
            return {"failures": (*others, event)}
        case InvoiceIssued():
            issued = Invoice(issued=event, due_on=event.due_on)
            return {"invoices": (*order.invoices, issued)}
        case _:
            changed = (
                invoice.model_copy(update=_changes_of_invoice(invoice, event))
                if invoice.issued.invoice == event.invoice
                else invoice
                for invoice in order.invoices
            )
            return {"invoices": tuple(changed)}


def _changes_of_invoice(
    invoice: Invoice, event: PaymentReceived | PaymentExtended | DisputeOpened | DisputeSettled
) -> dict[str, object]:
    match event:
        case PaymentReceived():
            return {"payments": (*invoice.payments, event)}
        case PaymentExtended():
            return {"due_on": event.due_on, "extended_on": event.extended_on}
        case DisputeOpened():
            return {"disputes": (*invoice.disputes, Dispute(opened=event))}
        case DisputeSettled():
            return {"disputes": tuple(_settled(one, event) for one in invoice.disputes)}
        case _:
            assert_never(event)


def _settled(dispute: Dispute, event: DisputeSettled) -> Dispute:
    this = dispute.opened.dispute_reference == event.dispute_reference
    return dispute.model_copy(update={"settled": event}) if this else dispute
