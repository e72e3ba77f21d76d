"""What holds of an order whatever it is told, in whatever order."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import hypothesis
from hypothesis import strategies as st

from chassis.testkit import TODAY
from contracts.orders import OrderPaid
from contracts.problem import RefusedError
from services.orders.app import DECIDER
from services.orders.commands import CancelOrder, OrdersCommand, PayOrder
from services.orders.domain import Order, OrderEvent, Status
from services.orders.examples import PAY_BODY
from services.orders.tests.invoiced import (
    PLACED,
    dispute,
    extension,
    failed_payment,
    invoice,
    payment,
    rating,
    refund,
    settlement,
    stated,
)

# A few of each, so that they meet: parts of the total, some with all the digits there can be.
AMOUNTS = st.sampled_from(
    ["0", "0.00000000000000000001", "500", "1000.25", "1000.24999999999999999999", "2000.50", "3e3"]
).map(lambda amount: stated(format(Decimal(amount), "f")))
NUMBERS = st.sampled_from(["INV-1", "INV-2", "INV-3"])
REFERENCES = st.sampled_from(["a", "b", "c", "d"])
DAYS = st.dates(min_value=date(2025, 3, 6), max_value=TODAY + timedelta(days=2))
COMMANDS: st.SearchStrategy[OrdersCommand] = st.one_of(
    st.builds(invoice, invoice=NUMBERS, issued_on=DAYS, due_on=DAYS, amount=AMOUNTS),
    st.builds(
        payment, invoice=NUMBERS, payment_reference=REFERENCES, received_on=DAYS, amount=AMOUNTS
    ),
    st.builds(
        failed_payment,
        payment_reference=REFERENCES,
        failed_on=DAYS,
        amount=AMOUNTS,
        final=st.booleans(),
    ),
    st.builds(extension, invoice=NUMBERS, extended_on=DAYS, due_on=DAYS),
    st.builds(dispute, invoice=NUMBERS, dispute_reference=REFERENCES, opened_on=DAYS),
    st.builds(
        settlement,
        invoice=NUMBERS,
        dispute_reference=REFERENCES,
        settled_on=DAYS,
        credited=st.none() | AMOUNTS,
    ),
    st.builds(refund, payment_reference=REFERENCES, refunded_on=DAYS, amount=AMOUNTS),
    st.builds(rating, rated_on=DAYS, stars=st.integers(1, 5)),
    st.builds(CancelOrder, cancelled_on=DAYS, reason=st.just("other")),
    st.just(PayOrder.model_validate(PAY_BODY)),
)
PARTS = st.sampled_from(
    [
        ["2000.50"],
        ["1000.25", "1000.25"],
        ["2000.49999999999999999999", "0.00000000000000000001"],
        ["500", "1000.25", "500.25"],
    ]
)


@st.composite
def nearly_paid(draw: st.DrawFn) -> list[OrdersCommand]:
    """Invoices of all of the order, each paid or credited: mixed with others, then in turn."""
    parts = [stated(part) for part in draw(PARTS)]
    issued = [invoice(invoice=f"INV-{n}", amount=part) for n, part in enumerate(parts, start=1)]
    done: list[OrdersCommand] = []
    for issue, part in zip(issued, parts, strict=True):
        reference = f"for-{issue.invoice}"
        if draw(st.booleans()):
            done.append(payment(invoice=issue.invoice, payment_reference=reference, amount=part))
        else:
            done.append(dispute(invoice=issue.invoice, dispute_reference=reference))
            done.append(
                settlement(invoice=issue.invoice, dispute_reference=reference, credited=part)
            )
    over = [payment(invoice="INV-1", payment_reference="over", amount=stated("1000.26"))]
    between = draw(st.lists(COMMANDS, max_size=4)) + draw(st.sampled_from([[], over]))
    return [*draw(st.permutations([*issued, *done, *between])), *issued, *done]


def carried_out(order: Order, command: OrdersCommand) -> tuple[Order, list[OrderEvent]]:
    """Any other exception than a refusal fails the test."""
    try:
        events = list(DECIDER.decide(command, order, TODAY))
    except RefusedError:
        return order, []
    after = DECIDER.fold(order, events)
    assert after is not None
    assert list(repeated(command, after)) == []
    return after, events


def repeated(command: OrdersCommand, order: Order) -> list[OrderEvent]:
    """What is carried out says nothing the second time; an order is never paid at once twice."""
    if isinstance(command, PayOrder):
        return []
    return list(DECIDER.decide(command, order, TODAY))


def settled(order: Order) -> bool:
    """By another arithmetic than the domain's: all is invoiced, and all of it paid or credited."""
    invoiced = sum(Fraction(one.issued.amount.stated.amount) for one in order.invoices)
    paid = sum(Fraction(one.amount.amount) for one in order.payments())
    credited = sum(Fraction(c.amount) for one in order.invoices for _, c in one.credits())
    return invoiced == paid + credited == Fraction(order.total.amount)


@hypothesis.settings(deadline=None)
@hypothesis.given(st.one_of(nearly_paid(), st.lists(COMMANDS, max_size=16)))
def test_outstanding_is_never_below_zero_and_paid_is_told_once(
    commands: list[OrdersCommand],
) -> None:
    order = DECIDER.fold(None, [PLACED])
    assert order is not None
    times_paid = 0
    for command in commands:
        order, events = carried_out(order, command)
        times_paid += sum(isinstance(event, OrderPaid) for event in events)

        assert all(invoice.outstanding >= 0 for invoice in order.invoices)
        assert order.held >= 0 or order.paid
        assert times_paid == (order.status is Status.PAID)
        hypothesis.event(f"{order.status}, {'invoiced' if order.invoices else 'not invoiced'}")
        if order.invoices and order.status is not Status.CANCELLED:
            assert (order.status is Status.PAID) == settled(order)
    assert DECIDER.state_type.model_validate(order.model_dump(mode="json")) == order
