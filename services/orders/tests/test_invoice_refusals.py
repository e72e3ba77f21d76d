"""What invoices, payments, extensions and disputes cannot be."""

from datetime import date

import pytest

from chassis.testkit import given
from services.orders.app import DECIDER
from services.orders.commands import CancelOrder, OrdersCommand, PayOrder
from services.orders.domain import OrderEvent
from services.orders.domain.checks import MOST_OF_A_KIND
from services.orders.examples import PAY_BODY
from services.orders.tests.invoiced import (
    CANCELLED,
    EXTENDED,
    FAILED,
    ISSUED,
    OPENED,
    PAID,
    PLACED,
    PREPAID,
    RATED,
    RECEIVED,
    REFUNDED,
    REST,
    SETTLED,
    dispute,
    eur,
    extension,
    failed_payment,
    invoice,
    payment,
    rating,
    refund,
    rest,
    settlement,
    stated,
)

PAY = PayOrder.model_validate(PAY_BODY)
CANCEL = CancelOrder(cancelled_on=CANCELLED.cancelled_on, reason=CANCELLED.reason)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (invoice(issued_on="2025-07-01", due_on="2025-08-01"), "date_out_of_range"),
        (invoice(issued_on="2025-03-07"), "date_before_order"),
        (invoice(due_on="2025-03-09"), "due_before_issue"),
        (invoice(due_on="9999-12-31"), "due_too_late"),
        (invoice(amount=stated("2000.51")), "above_total"),
        (invoice(amount=stated("0.00")), "amount_zero"),
        (invoice(amount=stated("1", "USD")), "currency_differs"),
        (invoice(exchange_rate=None), "rate_missing"),
        (
            invoice(exchange_rate={"mad_per_unit": "0", "date": "2025-03-10"}),
            "rate_zero",
        ),
        (
            invoice(exchange_rate={"mad_per_unit": "10", "date": "2025-07-01"}),
            "date_out_of_range",
        ),
        (
            invoice(exchange_rate={"mad_per_unit": "999999999", "date": "2025-03-10"}),
            "too_large",
        ),
    ],
)
def test_an_invoice_that_cannot_be(command: OrdersCommand, code: str) -> None:
    given(DECIDER, PLACED).when(command).then_refused(code)


@pytest.mark.parametrize(
    ("history", "command", "code"),
    [
        # invoices
        ([ISSUED], invoice(due_on="2025-04-10"), "invoice_exists"),
        ([ISSUED], invoice(invoice="INV-2", amount=stated("0.01")), "above_total"),
        ([PREPAID], invoice(), "order_paid"),
        ([CANCELLED], invoice(), "order_cancelled"),
        ([ISSUED], PAY, "order_invoiced"),
        # payments
        ([], payment(), "invoice_unknown"),
        ([ISSUED], payment(invoice="INV-2"), "invoice_unknown"),
        ([ISSUED], payment(received_on="2025-03-07"), "date_before_order"),
        ([ISSUED], payment(received_on="2025-07-01"), "date_out_of_range"),
        ([ISSUED], payment(amount=stated("1", "USD")), "currency_differs"),
        ([ISSUED], payment(amount=stated("0")), "amount_zero"),
        ([ISSUED], payment(amount=stated("2000.50000000000000000001")), "above_outstanding"),
        ([ISSUED, RECEIVED], rest(amount=stated("500.01")), "above_outstanding"),
        ([ISSUED, RECEIVED], payment(amount=stated("1")), "payment_exists"),
        ([ISSUED, RECEIVED, REST, PAID], rest(payment_reference="more"), "invoice_paid"),
        ([ISSUED, CANCELLED], payment(), "order_cancelled"),
        ([ISSUED, FAILED], payment(payment_reference=FAILED.payment_reference), "payment_failed"),
        ([FAILED], PAY.model_copy(update={"payment_reference": "card-40021"}), "payment_failed"),
        # failed payments
        ([], failed_payment(failed_on="2025-03-07"), "date_before_order"),
        ([], failed_payment(failed_on="2025-07-01"), "date_out_of_range"),
        ([], failed_payment(amount=stated("0")), "amount_zero"),
        ([], failed_payment(amount=stated("1", "USD")), "currency_differs"),
        ([], failed_payment(invoice="INV-2"), "invoice_unknown"),
        ([FAILED], failed_payment(reason="other"), "payment_failed"),
        (
            [ISSUED, RECEIVED],
            failed_payment(payment_reference=RECEIVED.payment_reference),
            "payment_exists",
        ),
        (
            [FAILED.model_copy(update={"final": False, "failed_on": date(2025, 3, 10)})],
            failed_payment(),
            "failure_older",
        ),
        # extensions
        ([], extension(), "invoice_unknown"),
        ([ISSUED], extension(due_on="2025-04-09"), "due_not_later"),
        ([ISSUED, EXTENDED], extension(due_on="2025-05-08"), "due_not_later"),
        ([ISSUED], extension(extended_on="2025-07-01"), "date_out_of_range"),
        ([ISSUED], extension(extended_on="2025-03-09"), "date_before_issue"),
        ([ISSUED], extension(due_on="9999-12-31"), "due_too_late"),
        ([ISSUED, RECEIVED, REST, PAID], extension(), "invoice_paid"),
        ([ISSUED, CANCELLED], extension(), "order_cancelled"),
        # disputes
        ([], dispute(), "invoice_unknown"),
        ([ISSUED, RECEIVED, REST, PAID], dispute(), "invoice_paid"),
        ([ISSUED, OPENED], dispute(dispute_reference="DSP-8"), "dispute_open"),
        ([ISSUED, OPENED], dispute(reason="late"), "dispute_exists"),
        ([ISSUED], dispute(opened_on="2025-03-09"), "date_before_issue"),
        ([ISSUED], dispute(opened_on="2025-07-01"), "date_out_of_range"),
        ([ISSUED, CANCELLED], dispute(), "order_cancelled"),
        ([ISSUED], settlement(), "dispute_unknown"),
        ([ISSUED, OPENED], settlement(dispute_reference="DSP-8"), "dispute_unknown"),
        ([ISSUED, OPENED], settlement(settled_on="2025-04-19"), "settled_before_opened"),
        ([ISSUED, OPENED], settlement(settled_on="2025-07-01"), "date_out_of_range"),
        ([ISSUED, OPENED], settlement(credited=stated("0")), "amount_zero"),
        ([ISSUED, OPENED], settlement(credited=stated("1", "USD")), "currency_differs"),
        ([ISSUED, OPENED, RECEIVED], settlement(credited=stated("500.01")), "above_outstanding"),
        ([ISSUED, OPENED, SETTLED], settlement(outcome="other"), "dispute_settled"),
        ([ISSUED, OPENED, CANCELLED], settlement(), "order_cancelled"),
        # refunds
        ([], refund(), "payment_unknown"),
        ([ISSUED], refund(), "payment_unknown"),
        ([ISSUED, RECEIVED], refund(payment_reference="rest"), "payment_unknown"),
        ([ISSUED, RECEIVED], refund(amount=stated("1500.51")), "above_paid"),
        ([ISSUED, RECEIVED, REFUNDED], refund(amount=stated("1475.51")), "above_paid"),
        ([PREPAID], refund(amount=stated("0")), "amount_zero"),
        ([PREPAID], refund(amount=stated("1", "USD")), "currency_differs"),
        ([PREPAID], refund(refunded_on="2025-03-19"), "refund_before_payment"),
        ([PREPAID], refund(refunded_on="2025-07-01"), "date_out_of_range"),
        # ratings and cancellations
        ([], rating(), "order_not_invoiced"),
        ([CANCELLED], rating(), "order_cancelled"),
        ([PREPAID], rating(rated_on="2025-03-07"), "date_before_order"),
        ([PREPAID], rating(rated_on="2025-07-01"), "date_out_of_range"),
        ([PREPAID, RATED], rating(rated_on="2025-05-19"), "rating_older"),
        ([ISSUED, RECEIVED], CANCEL, "money_received"),
        ([ISSUED, RECEIVED, REFUNDED], CANCEL, "money_received"),
        ([ISSUED, RECEIVED, REST, PAID], CANCEL, "order_paid"),
    ],
)
def test_what_cannot_be(history: list[OrderEvent], command: OrdersCommand, code: str) -> None:
    given(DECIDER, PLACED, *history).when(command).then_refused(code)


def test_all_that_is_wrong_is_told_at_once() -> None:
    command = payment(received_on="2025-07-01", amount=stated("9000", "USD"))
    given(DECIDER, PLACED, ISSUED).when(command).then_refused(
        "date_out_of_range", "currency_differs", "above_outstanding"
    )


def test_an_order_has_so_many_invoices_and_no_more() -> None:
    history = [
        ISSUED.model_copy(
            update={
                "invoice": f"INV-{number}",
                "amount": ISSUED.amount.model_copy(update={"stated": eur("0.01")}),
            }
        )
        for number in range(MOST_OF_A_KIND)
    ]
    command = invoice(amount=stated("0.01"))
    given(DECIDER, PLACED, *history[1:]).when(command).then(
        ISSUED.model_copy(
            update={
                "amount": ISSUED.amount.model_copy(
                    update={"stated": eur("0.01"), "mad_centimes": 10}
                )
            }
        )
    )
    given(DECIDER, PLACED, *history).when(command).then_refused("too_many_invoices")
