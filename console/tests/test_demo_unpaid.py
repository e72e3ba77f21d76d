"""Which invoices default, counted by hand for one invoice at a time. Due on 31 January 2024."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from console.demo.dated import DatedCommand
from console.demo.unpaid import OPEN, SUPERSEDED, WITHDRAWN, Default, defaults
from contracts.values import Command, StatedMoney
from services.insurance.domain import RuleTerms
from services.orders.commands import (
    BuyerKind,
    CancelOrder,
    ExtendPayment,
    InvoiceRate,
    IssueInvoice,
    OpenDispute,
    RecordPayment,
    SettleDispute,
)

ISSUED, DUE = date(2024, 1, 1), date(2024, 1, 31)
BEGINS = DUE + timedelta(days=180)
LATER = BEGINS + timedelta(days=7)
END = date(2025, 11, 30)
TERMS = RuleTerms(
    effective_on=ISSUED,
    waiting_days=180,
    least_exposure_mad=Decimal(500),
    cover_percent=Decimal(90),
)


def invoice(amount: str = "100.05", kind: BuyerKind = BuyerKind.PRIVATE) -> IssueInvoice:
    """At 10.30 MAD: 1030.515, so half-even 1030.52 MAD."""
    return IssueInvoice(
        invoice="1",
        issued_on=ISSUED,
        due_on=DUE,
        buyer_kind=kind,
        amount=StatedMoney(amount=Decimal(amount), currency="EUR"),
        exchange_rate=InvoiceRate(mad_per_unit=Decimal("10.3"), date=ISSUED),
    )


def paid(day: date, amount: str = "100.05") -> RecordPayment:
    return RecordPayment(
        invoice="1",
        payment_reference=f"pay-{day}",
        received_on=day,
        amount=StatedMoney(amount=Decimal(amount), currency="EUR"),
        method="card",
    )


def extended(day: date, due_on: date) -> ExtendPayment:
    return ExtendPayment(invoice="1", extended_on=day, due_on=due_on)


def disputed(day: date) -> OpenDispute:
    return OpenDispute(invoice="1", dispute_reference="d", opened_on=day, reason="quality")


def settled(day: date, credited: str | None = None) -> SettleDispute:
    money = StatedMoney(amount=Decimal(credited), currency="EUR") if credited else None
    return SettleDispute(
        invoice="1", dispute_reference="d", settled_on=day, outcome="over", credited=money
    )


def counted(*told: tuple[date, Command], issued: IssueInvoice | None = None) -> list[Default]:
    news = [(ISSUED, TERMS), (ISSUED, issued or invoice()), *told]
    subjects = ["rule", *["order"] * (len(news) - 1)]
    commands = [
        DatedCommand(day, subject, str(number), body)
        for number, ((day, body), subject) in enumerate(zip(news, subjects, strict=True))
    ]
    return defaults(commands, END)


FIRST = Default("order/1", 1, BEGINS, 103052)


def test_an_invoice_defaults_when_the_waiting_period_is_over() -> None:
    assert counted() == [FIRST]


@pytest.mark.parametrize(
    "issued", [invoice(kind=BuyerKind.PUBLIC), invoice(amount="48.54")], ids=["public", "small"]
)
def test_a_public_buyer_and_too_little_do_not(issued: IssueInvoice) -> None:
    assert counted(issued=issued) == []


def test_what_is_paid_disputed_or_extended_by_the_day_does_not() -> None:
    assert counted((BEGINS, paid(BEGINS))) == []
    assert counted((DUE, disputed(DUE))) == []
    assert counted((DUE, extended(DUE, END))) == []


@pytest.mark.parametrize(
    ("told", "state", "reason"),
    [
        (paid(BEGINS), WITHDRAWN, "paid-in-time"),
        (paid(LATER), SUPERSEDED, "recovered"),
        (disputed(LATER), WITHDRAWN, "disputed"),
        (extended(BEGINS, LATER + timedelta(days=400)), WITHDRAWN, "extended"),
        (CancelOrder(cancelled_on=LATER, reason="returned"), WITHDRAWN, "order-cancelled"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_is_learnt_later_ends_a_default(told: Command, state: str, reason: str) -> None:
    assert counted((LATER, told)) == [FIRST._replace(state=state, reason=reason, ended_on=LATER)]


def test_an_extension_after_the_default_leaves_it() -> None:
    assert counted((LATER, extended(LATER, END))) == [FIRST]


def test_a_part_paid_before_begins_it_anew_with_less() -> None:
    first, second = counted((LATER, paid(BEGINS, "50.05")))
    assert first == FIRST._replace(state=SUPERSEDED, reason="exposure-corrected", ended_on=LATER)
    # 103052 x 50.00 / 100.05 = 51500.2..
    assert second == Default("order/1", 2, LATER, 51500)


def test_a_part_paid_after_leaves_it() -> None:
    assert counted((LATER, paid(LATER, "50.05"))) == [FIRST]


def test_a_settled_dispute_lets_the_rest_default_anew() -> None:
    over = LATER + timedelta(days=30)
    first, second = counted((LATER, disputed(LATER)), (over, settled(over, "50.05")))
    assert first.reason == "disputed"
    assert second == Default("order/1", 2, over, 51500, OPEN)
    assert len(counted((LATER, disputed(LATER)), (over, settled(over, "100.05")))) == 1
