"""The golden examples of orders: a carpet that is paid, and what happens to others."""

from datetime import UTC, date, datetime
from decimal import Decimal

from contracts import orders, values
from contracts.generate.example import Example, example_id
from contracts.topics import ORDERS_ORDERS

COOPERATIVE = example_id("producer/taznakht")
ORDER = example_id("order/carpet")
CANCELLED_ORDER = example_id("order/cancelled")
UNPAID_ORDER = example_id("order/unpaid")

PRODUCT = values.Product(
    hs_code="570110", hs_edition="HS2022", product_group="carpets", chain="carpets-weaving"
)
QUANTITY = values.Quantity(value=Decimal("14.25"), unit="m2")
PRICE = values.Money(amount=Decimal("1840.50"), currency="EUR")
CREDITED = values.Money(amount=Decimal("40.50"), currency="EUR")
INVOICE = "INV-2026-118"


def orders_examples() -> tuple[Example, ...]:
    return (*_carpet(), *_others())


def _example(event: orders.OrdersEvent, order: str, sequence: int, time: datetime) -> Example:
    return Example(event, "orders", ORDERS_ORDERS.name, order, order, sequence, time)


def _carpet() -> tuple[Example, ...]:
    placed = orders.OrderPlaced(
        placed_on=date(2026, 10, 2),
        producer_id=COOPERATIVE,
        buyer_id="buyer-fr-00417",
        country="FR",
        channel=values.Channel.FAIR,
        lines=(orders.OrderLine(product=PRODUCT, quantity=QUANTITY, price=PRICE),),
        total=PRICE,
    )
    invoiced = orders.InvoiceIssued(
        invoice=INVOICE,
        issued_on=date(2026, 10, 6),
        due_on=date(2026, 11, 5),
        buyer_kind="private",
        amount=orders.InvoicedAmount(
            stated=PRICE,
            rate=Decimal("10.7945"),
            rate_date=date(2026, 10, 5),
            mad_centimes=1_986_728,
        ),
    )
    received = orders.PaymentReceived(
        invoice=INVOICE,
        payment_reference="TRF-88213",
        received_on=date(2026, 11, 2),
        amount=PRICE,
        method="transfer",
    )
    paid = orders.OrderPaid(
        paid_on=date(2026, 11, 2), amount=PRICE, method="transfer", payment_reference="TRF-88213"
    )
    refunded = orders.OrderRefunded(
        refunded_on=date(2026, 11, 9),
        amount=CREDITED,
        reason="fringe-damaged",
        payment_reference="TRF-88213",
    )
    rated = orders.OrderRated(rated_on=date(2026, 11, 12), stars=5)
    return (
        _example(placed, ORDER, 1, datetime(2026, 10, 2, 15, 20, 5, tzinfo=UTC)),
        _example(invoiced, ORDER, 2, datetime(2026, 10, 6, 14, 1, 12, tzinfo=UTC)),
        _example(received, ORDER, 3, datetime(2026, 11, 3, 8, 51, 30, tzinfo=UTC)),
        _example(paid, ORDER, 4, datetime(2026, 11, 3, 8, 51, 30, tzinfo=UTC)),
        _example(refunded, ORDER, 5, datetime(2026, 11, 9, 10, 12, 0, tzinfo=UTC)),
        _example(rated, ORDER, 6, datetime(2026, 11, 12, 19, 3, 41, tzinfo=UTC)),
    )


def _others() -> tuple[Example, ...]:
    cancelled = orders.OrderCancelled(cancelled_on=date(2026, 10, 9), reason="buyer-withdrew")
    failed = orders.PaymentFailed(
        payment_reference="CARD-40021",
        failed_on=date(2026, 10, 3),
        amount=PRICE,
        method="card",
        reason="card-expired",
        final=True,
    )
    extended = orders.PaymentExtended(
        invoice=INVOICE, extended_on=date(2026, 10, 30), due_on=date(2026, 12, 5)
    )
    opened = orders.DisputeOpened(
        invoice=INVOICE,
        dispute_reference="DSP-2026-7",
        opened_on=date(2026, 11, 25),
        reason="goods-not-as-ordered",
    )
    settled = orders.DisputeSettled(
        invoice=INVOICE,
        dispute_reference="DSP-2026-7",
        settled_on=date(2026, 12, 14),
        outcome="agreed",
        credited=CREDITED,
    )
    return (
        _example(cancelled, CANCELLED_ORDER, 2, datetime(2026, 10, 9, 16, 7, 58, tzinfo=UTC)),
        _example(failed, UNPAID_ORDER, 2, datetime(2026, 10, 3, 9, 0, 2, tzinfo=UTC)),
        _example(extended, UNPAID_ORDER, 4, datetime(2026, 10, 30, 11, 20, 0, tzinfo=UTC)),
        _example(opened, UNPAID_ORDER, 5, datetime(2026, 11, 25, 12, 5, 9, tzinfo=UTC)),
        _example(settled, UNPAID_ORDER, 6, datetime(2026, 12, 14, 15, 45, 0, tzinfo=UTC)),
    )
