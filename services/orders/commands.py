"""What the orders service can be told."""

from enum import StrEnum

from pydantic import Field

from contracts.orders import InvoiceNumber, Stars
from contracts.values import (
    Channel,
    Command,
    CountryCode,
    ExchangeRate,
    HsCode,
    Id,
    LocalDate,
    Reference,
    Slug,
    StatedMoney,
    StatedQuantity,
)


class OrderedGoods(Command):
    """A line as the seller states it. Its product group derives from the code and is never told."""

    hs_code: HsCode
    chain: Slug = "unknown"
    quantity: StatedQuantity
    price: StatedMoney = Field(description="of the whole line")


class PlaceOrder(Command):
    placed_on: LocalDate
    producer_id: Id
    buyer_id: Reference = Field(description="opaque: a buyer's name has no place here")
    country: CountryCode
    channel: Channel = Channel.UNKNOWN
    lines: tuple[OrderedGoods, ...] = Field(min_length=1, max_length=100)
    total: StatedMoney


class PayOrder(Command):
    """The order was paid in full, without an invoice."""

    paid_on: LocalDate
    amount: StatedMoney
    method: Slug
    payment_reference: Reference


class CancelOrder(Command):
    cancelled_on: LocalDate
    reason: Slug


class BuyerKind(StrEnum):
    """Who owes, as known today. Events carry a slug: this list may grow."""

    PRIVATE = "private"
    PUBLIC = "public"


class InvoiceRate(Command):
    """MAD for one unit of the invoiced currency, and the day of that rate."""

    mad_per_unit: ExchangeRate
    date: LocalDate


class IssueInvoice(Command):
    """The seller asks for all of the order's total, or for a part of it."""

    invoice: InvoiceNumber
    issued_on: LocalDate
    due_on: LocalDate
    buyer_kind: BuyerKind = BuyerKind.PRIVATE
    amount: StatedMoney
    exchange_rate: InvoiceRate | None = Field(None, description="required unless MAD is invoiced")


class RecordPayment(Command):
    """Money for one invoice arrived. Its reference is unique within the order."""

    invoice: InvoiceNumber
    payment_reference: Reference
    received_on: LocalDate
    amount: StatedMoney
    method: Slug


class RecordFailedPayment(Command):
    """An attempt to pay failed: for good if `final`. The reference is that of the payment tried."""

    payment_reference: Reference
    failed_on: LocalDate
    amount: StatedMoney
    method: Slug
    reason: Slug
    final: bool = Field(strict=True)
    invoice: InvoiceNumber | None = None


class ExtendPayment(Command):
    """Seller and buyer agreed that the invoice is due later."""

    invoice: InvoiceNumber
    extended_on: LocalDate
    due_on: LocalDate


class OpenDispute(Command):
    invoice: InvoiceNumber
    dispute_reference: Reference
    opened_on: LocalDate
    reason: Slug


class SettleDispute(Command):
    """The dispute is over. Without `credited`, all of the invoice stays due."""

    invoice: InvoiceNumber
    dispute_reference: Reference
    settled_on: LocalDate
    outcome: Slug
    credited: StatedMoney | None = None


class RefundOrder(Command):
    """Some of the payment `payment_reference` went back to the buyer."""

    refunded_on: LocalDate
    amount: StatedMoney
    reason: Slug
    payment_reference: Reference


class RateOrder(Command):
    rated_on: LocalDate
    stars: Stars


InvoiceCommand = (
    IssueInvoice | RecordPayment | RecordFailedPayment | ExtendPayment | OpenDispute | SettleDispute
)
"""What concerns how an order is paid by invoice."""

OrdersCommand = PlaceOrder | PayOrder | CancelOrder | RefundOrder | RateOrder | InvoiceCommand
