"""An order with an invoice, for tests: its events, and commands with some of them changed."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts.orders import (
    DisputeOpened,
    DisputeSettled,
    InvoicedAmount,
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
from contracts.values import Money, Product, Quantity
from services.orders import examples
from services.orders.commands import (
    ExtendPayment,
    IssueInvoice,
    OpenDispute,
    RateOrder,
    RecordFailedPayment,
    RecordPayment,
    RefundOrder,
    SettleDispute,
)

LATER: dict[str, dict[str, Any]] = {
    "pay": examples.PAY_BODY,
    "cancel": examples.CANCEL_BODY,
    "invoices": examples.INVOICE_BODY,
    "payments": examples.PAYMENT_BODY,
    "failed-payments": examples.FAILED_PAYMENT_BODY,
    "extensions": examples.EXTENSION_BODY,
    "disputes": examples.DISPUTE_BODY,
    "settlements": examples.SETTLEMENT_BODY,
    "refunds": examples.REFUND_BODY,
    "ratings": examples.RATING_BODY,
}
"""The body of each command on an order, by the last segment of its path."""

INVOICE = "INV-2025-118"
TRANSFER = "swift-2025-000417"


def eur(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def stated(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


PLACED = OrderPlaced(
    placed_on=date(2025, 3, 8),
    producer_id=examples.PLACE_BODY["producer_id"],
    buyer_id="buyer-fr-00417",
    country="FR",
    channel="fair",
    lines=(
        OrderLine(
            product=Product(
                hs_code="570110", hs_edition="HS2022", product_group="carpets", chain="unknown"
            ),
            quantity=Quantity(value=Decimal("14.25"), unit="m2"),
            price=eur("2000.50"),
        ),
    ),
    total=eur("2000.50"),
)
ISSUED = InvoiceIssued(
    invoice=INVOICE,
    issued_on=date(2025, 3, 10),
    due_on=date(2025, 4, 9),
    buyer_kind="private",
    amount=InvoicedAmount(
        stated=eur("2000.50"),
        rate=Decimal("10.4275"),
        rate_date=date(2025, 3, 10),
        mad_centimes=2_086_021,  # 20,860.21375 MAD
    ),
)
RECEIVED = PaymentReceived(
    invoice=INVOICE,
    payment_reference=TRANSFER,
    received_on=date(2025, 3, 20),
    amount=eur("1500.50"),
    method="bank-transfer",
)
REST = RECEIVED.model_copy(
    update={
        "payment_reference": "rest",
        "received_on": date(2025, 4, 1),
        "amount": eur("500"),
        "method": "card",
    }
)
PAID = OrderPaid(
    paid_on=date(2025, 4, 1), amount=eur("2000.50"), method="card", payment_reference="rest"
)
PREPAID = OrderPaid(
    paid_on=date(2025, 3, 20),
    amount=eur("2000.50"),
    method="bank-transfer",
    payment_reference="swift-2025-000417",
)
FAILED = PaymentFailed(
    payment_reference="card-40021",
    failed_on=date(2025, 3, 9),
    amount=eur("2000.50"),
    method="card",
    reason="card-expired",
    final=True,
)
EXTENDED = PaymentExtended(invoice=INVOICE, extended_on=date(2025, 4, 2), due_on=date(2025, 5, 9))
OPENED = DisputeOpened(
    invoice=INVOICE,
    dispute_reference="DSP-2025-7",
    opened_on=date(2025, 4, 20),
    reason="goods-not-as-ordered",
)
SETTLED = DisputeSettled(
    invoice=INVOICE,
    dispute_reference="DSP-2025-7",
    settled_on=date(2025, 5, 6),
    outcome="agreed",
    credited=eur("40.50"),
)
REFUNDED = OrderRefunded(
    refunded_on=date(2025, 5, 12),
    amount=eur("25.00"),
    reason="fringe-damaged",
    payment_reference=TRANSFER,
)
RATED = OrderRated(rated_on=date(2025, 5, 20), stars=5)
CANCELLED = OrderCancelled(cancelled_on=date(2025, 3, 12), reason="buyer-withdrew")


def invoice(**changes: Any) -> IssueInvoice:
    return IssueInvoice.model_validate(examples.INVOICE_BODY | changes)


def payment(**changes: Any) -> RecordPayment:
    return RecordPayment.model_validate(examples.PAYMENT_BODY | changes)


def rest(**changes: Any) -> RecordPayment:
    """What the example's payment leaves due."""
    body = {
        "payment_reference": "rest",
        "received_on": "2025-04-01",
        "amount": stated("500"),
        "method": "card",
    }
    return payment(**(body | changes))


def failed_payment(**changes: Any) -> RecordFailedPayment:
    return RecordFailedPayment.model_validate(examples.FAILED_PAYMENT_BODY | changes)


def extension(**changes: Any) -> ExtendPayment:
    return ExtendPayment.model_validate(examples.EXTENSION_BODY | changes)


def dispute(**changes: Any) -> OpenDispute:
    return OpenDispute.model_validate(examples.DISPUTE_BODY | changes)


def settlement(**changes: Any) -> SettleDispute:
    return SettleDispute.model_validate(examples.SETTLEMENT_BODY | changes)


def refund(**changes: Any) -> RefundOrder:
    return RefundOrder.model_validate(examples.REFUND_BODY | changes)


def rating(**changes: Any) -> RateOrder:
    return RateOrder.model_validate(examples.RATING_BODY | changes)
