"""Events of orders: what was bought, and whether it was paid."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.event import Event
from contracts.values import (
    CountryCode,
    ExchangeRate,
    Id,
    LocalDate,
    Money,
    Product,
    Quantity,
    Reference,
    Slug,
    Value,
    WholeNumber,
    code,
)

InvoiceNumber = Annotated[str, code("[A-Za-z0-9._-]{1,24}")]
"""The seller's number of an invoice, unique within its order."""

Stars = Annotated[int, Field(ge=1, le=5, strict=True)]


class OrdersEvent(Event):
    owner: ClassVar[str] = "orders"


class OrderLine(Value):
    """One product; `price` is that of the whole line, not of a unit."""

    product: Product
    quantity: Quantity
    price: Money


class OrderPlaced(OrdersEvent):
    """A buyer ordered from a producer. All lines are in the currency of the total."""

    placed_on: LocalDate
    producer_id: Id
    buyer_id: Reference
    country: CountryCode
    channel: Slug
    lines: tuple[OrderLine, ...] = Field(min_length=1, max_length=100)
    total: Money


class OrderPaid(OrdersEvent):
    """The order is paid in full: at once, or by the payment of its last invoice."""

    paid_on: LocalDate
    amount: Money
    method: Slug
    payment_reference: Reference


class OrderCancelled(OrdersEvent):
    """The order will not be fulfilled."""

    cancelled_on: LocalDate
    reason: Slug


class InvoicedAmount(Value):
    """What is due as stated, and in whole centimes of MAD: stated x rate, half-even."""

    stated: Money
    rate: ExchangeRate
    rate_date: LocalDate
    mad_centimes: WholeNumber


class InvoiceIssued(OrdersEvent):
    """The seller asks for payment until the end of `due_on`. `buyer_kind`: `private`, `public`."""

    invoice: InvoiceNumber
    issued_on: LocalDate
    due_on: LocalDate
    buyer_kind: Slug
    amount: InvoicedAmount


class PaymentReceived(OrdersEvent):
    """Money for an invoice arrived on `received_on`, which may lie well before it became known."""

    invoice: InvoiceNumber
    payment_reference: Reference
    received_on: LocalDate
    amount: Money
    method: Slug


class PaymentFailed(OrdersEvent):
    """An attempt to pay failed. After a `final` failure this payment will not be tried again."""

    payment_reference: Reference
    failed_on: LocalDate
    amount: Money
    method: Slug
    reason: Slug
    final: bool
    invoice: InvoiceNumber | None = None


class PaymentExtended(OrdersEvent):
    """Seller and buyer agreed, on `extended_on`, that the invoice is due later."""

    invoice: InvoiceNumber
    extended_on: LocalDate
    due_on: LocalDate


class DisputeOpened(OrdersEvent):
    """The buyer disputes an unpaid invoice: while that lasts, nobody is in default."""

    invoice: InvoiceNumber
    dispute_reference: Reference
    opened_on: LocalDate
    reason: Slug


class DisputeSettled(OrdersEvent):
    """The dispute is over; `credited` is taken off what is due."""

    invoice: InvoiceNumber
    dispute_reference: Reference
    settled_on: LocalDate
    outcome: Slug
    credited: Money | None = None


class OrderRefunded(OrdersEvent):
    """Some of what was paid went back to the buyer."""

    refunded_on: LocalDate
    amount: Money
    reason: Slug
    payment_reference: Reference


class OrderRated(OrdersEvent):
    """The buyer's satisfaction with the order, from 1 to 5. The latest rating counts."""

    rated_on: LocalDate
    stars: Stars
