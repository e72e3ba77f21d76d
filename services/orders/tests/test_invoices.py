"""Invoices, their payments, extensions and disputes, as given / when / then."""

from datetime import date
from decimal import Decimal

import pytest

from chassis.testkit import given
from contracts.orders import InvoicedAmount, OrderPaid
from services.orders.app import DECIDER
from services.orders.commands import CancelOrder, OrdersCommand, PayOrder
from services.orders.domain import OrderEvent
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

HALF = ISSUED.model_copy(
    update={
        "amount": InvoicedAmount(
            stated=eur("1000.25"),
            rate=Decimal("10.4275"),
            rate_date=date(2025, 3, 10),
            mad_centimes=1_043_011,
        )
    }
)
PAY = PayOrder.model_validate(PAY_BODY)
CANCEL = CancelOrder(cancelled_on=CANCELLED.cancelled_on, reason=CANCELLED.reason)
SETTLED_IN_FULL = SETTLED.model_copy(update={"credited": eur("500")})


@pytest.mark.parametrize(
    ("history", "command", "events"),
    [
        ([], invoice(), [ISSUED]),
        ([], invoice(amount=stated("1000.25")), [HALF]),
        ([ISSUED], payment(), [RECEIVED]),
        ([ISSUED, RECEIVED], rest(), [REST, PAID]),
        # Half of the order is not invoiced yet: paying the other half does not pay the order.
        (
            [HALF],
            payment(amount=stated("1000.25")),
            [RECEIVED.model_copy(update={"amount": eur("1000.25")})],
        ),
        # An advance came after the order and before the invoice that counts it.
        (
            [ISSUED],
            payment(received_on="2025-03-08"),
            [RECEIVED.model_copy(update={"received_on": date(2025, 3, 8)})],
        ),
        # Told last, but not the latest: the day of payment is that of the latest.
        (
            [ISSUED, REST],
            payment(),
            [RECEIVED, PAID],
        ),
        ([], failed_payment(), [FAILED]),
        ([ISSUED], failed_payment(), [FAILED]),
        ([ISSUED], extension(), [EXTENDED]),
        ([ISSUED, OPENED], extension(), [EXTENDED]),
        ([ISSUED], dispute(), [OPENED]),
        ([ISSUED, OPENED], settlement(), [SETTLED]),
        (
            [ISSUED, OPENED],
            settlement(credited=None),
            [SETTLED.model_copy(update={"credited": None})],
        ),
        # A credit of the rest settles the order.
        (
            [ISSUED, OPENED, RECEIVED],
            settlement(credited=stated("500")),
            [
                SETTLED_IN_FULL,
                OrderPaid(
                    paid_on=date(2025, 5, 6),
                    amount=eur("1500.50"),
                    method="credit",
                    payment_reference="DSP-2025-7",
                ),
            ],
        ),
        # Paid although it was disputed: the order is paid already when that ends.
        (
            [ISSUED, OPENED, RECEIVED, REST, PAID],
            settlement(credited=None),
            [SETTLED.model_copy(update={"credited": None})],
        ),
        ([ISSUED, OPENED, RECEIVED], payment(payment_reference="b", amount=stated("499")), None),
        ([PREPAID], refund(), [REFUNDED]),
        ([ISSUED, RECEIVED], refund(), [REFUNDED]),
        ([ISSUED, RECEIVED, REST, PAID, REFUNDED], refund(amount=stated("1475.50")), None),
        ([ISSUED], rating(), [RATED]),
        ([PREPAID], rating(), [RATED]),
        ([PREPAID, RATED], rating(stars=1), [RATED.model_copy(update={"stars": 1})]),
        ([ISSUED], CANCEL, [CANCELLED]),
        (
            [ISSUED, RECEIVED, REFUNDED.model_copy(update={"amount": eur("1500.50")})],
            CANCEL,
            [CANCELLED],
        ),
    ],
)
def test_what_happens(
    history: list[OrderEvent], command: OrdersCommand, events: list[OrderEvent] | None
) -> None:
    when = given(DECIDER, PLACED, *history).when(command)
    if events is None:  # accepted, whatever it says
        assert DECIDER.decide(command, when.state, when.today)
    else:
        when.then(*events)


@pytest.mark.parametrize(
    ("history", "command"),
    [
        ([ISSUED], invoice()),
        ([ISSUED, RECEIVED, REST, PAID], invoice()),
        ([ISSUED, CANCELLED], invoice()),
        ([ISSUED, RECEIVED], payment()),
        ([ISSUED, RECEIVED, REST, PAID], payment()),
        ([FAILED], failed_payment()),
        ([ISSUED, EXTENDED], extension()),
        ([ISSUED, OPENED], dispute()),
        ([ISSUED, OPENED, SETTLED], dispute()),
        ([ISSUED, OPENED, SETTLED], settlement()),
        ([ISSUED, RECEIVED, REFUNDED], refund()),
        ([ISSUED, RATED], rating()),
    ],
)
def test_what_was_said_before_changes_nothing(
    history: list[OrderEvent], command: OrdersCommand
) -> None:
    given(DECIDER, PLACED, *history).when(command).then()


def test_dirhams_are_not_converted() -> None:
    lines = tuple(
        line.model_copy(update={"price": line.price.model_copy(update={"currency": "MAD"})})
        for line in PLACED.lines
    )
    total = PLACED.total.model_copy(update={"currency": "MAD"})
    placed = PLACED.model_copy(update={"lines": lines, "total": total})
    in_dirhams = invoice(amount=stated("2000.505", "MAD"), exchange_rate=None)

    given(DECIDER, placed).when(in_dirhams).then_refused("above_total")
    given(DECIDER, placed).when(invoice(amount=stated("2000.50", "MAD"))).then_refused(
        "rate_needless"
    )
    command = invoice(amount=stated("0.125", "MAD"), exchange_rate=None)
    (event,) = DECIDER.decide(command, DECIDER.fold(None, [placed]), date(2025, 6, 30))
    assert event.model_dump(mode="json")["amount"] == {
        "stated": stated("0.125", "MAD"),
        "rate": "1",
        "rate_date": "2025-03-10",
        "mad_centimes": 12,  # half to even
    }


def test_a_second_failure_replaces_the_first() -> None:
    first = FAILED.model_copy(update={"final": False})
    order = DECIDER.fold(None, [PLACED, first, FAILED])
    assert order is not None
    assert order.failures == (FAILED,)


def test_the_state_is_stored_as_it_is() -> None:
    order = DECIDER.fold(
        None, [PLACED, FAILED, ISSUED, EXTENDED, OPENED, RECEIVED, SETTLED, REFUNDED, RATED]
    )
    assert order is not None
    assert order.invoices[0].outstanding == Decimal("459.50")
    assert order.invoices[0].due_on == EXTENDED.due_on
    assert DECIDER.state_type.model_validate(order.model_dump(mode="json")) == order


def test_what_is_outstanding_is_exact_however_many_digits() -> None:
    most, least = f"{10**15 - 1}.{'9' * 20}", f"0.{'0' * 19}1"
    issued = ISSUED.model_copy(
        update={"amount": ISSUED.amount.model_copy(update={"stated": eur(most)})}
    )
    placed = PLACED.model_copy(update={"total": eur(most)})
    paid = RECEIVED.model_copy(update={"amount": eur(least)})

    order = DECIDER.fold(None, [placed, issued, paid])

    assert order is not None
    assert order.invoices[0].outstanding == Decimal(f"{10**15 - 1}.{'9' * 19}8")
