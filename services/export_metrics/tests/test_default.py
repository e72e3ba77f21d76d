"""Protracted default, from invoice to withdrawal, decided at the barriers of days."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from chassis.folding.ledger.store import Ledger
from contracts.event import Event
from contracts.orders import OrderCancelled
from contracts.topics import EXPORTS_SHIPMENTS, INSURANCE_RULES, ORDERS_ORDERS
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests.events import uuid_of
from services.export_metrics.tests.sources import (
    INVOICE,
    Sources,
    brief,
    day,
    disputed,
    extended,
    invoice,
    paid,
    said,
    settled,
    terms,
)

ORDER = uuid_of("order")
CENTIMES = 105_001
DUE, DEFAULT = 5, 15
ORDERS, RULES, EXPORTS = ORDERS_ORDERS.name, INSURANCE_RULES.name, EXPORTS_SHIPMENTS.name


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    under_test = Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)
    yield under_test
    under_test.close()


def told(*history: tuple[int, Event], of: Event | None = None) -> Sources:
    """An invoice of day 1, due on day 5, then events, each with the day on which it was known."""
    sources = Sources().with_terms()
    sources.orders.append(ORDER, 1, of or invoice(DUE))
    for ordinal, (known_on, event) in enumerate(history, start=2):
        sources.close(known_on - 1)
        sources.orders.append(ORDER, ordinal, event)
    return sources


def test_an_unpaid_invoice_is_in_default_when_the_waiting_period_is_over(ledger: Ledger) -> None:
    sources = told().close(DEFAULT - 1)
    assert sources.fold_all(ledger) == []

    (constituted,) = sources.close(DEFAULT).fold_all(ledger)

    assert brief([constituted]) == [("constituted", 1, DEFAULT, CENTIMES)]
    assert (constituted.rule, constituted.rule_version) == ("protracted-default", 1)
    assert (constituted.subject_kind, constituted.subject) == ("invoice", f"{ORDER}/{INVOICE}")
    types = [evidence.event_type for evidence in constituted.evidence]
    assert types == ["ma.zarbia.orders.InvoiceIssued.v1", "ma.zarbia.insurance.RuleTermsSet.v1"]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        pytest.param([(14, paid(14))], [], id="paid on the last day"),
        pytest.param([(7, paid(7, "30"))], [("constituted", 1, 15, 73_501)], id="paid in part"),
        pytest.param(
            [(18, paid(15))],
            [("constituted", 1, 15, CENTIMES), ("withdrawn", 1, 18, "paid-in-time")],
            id="paid in time, learnt later",
        ),
        pytest.param(
            [(18, paid(16))],
            [("constituted", 1, 15, CENTIMES), ("superseded", 1, 18, "recovered")],
            id="paid too late",
        ),
        pytest.param(
            [(18, paid(10, "30"))],
            [
                ("constituted", 1, 15, CENTIMES),
                ("superseded", 1, 18, "exposure-corrected"),
                ("constituted", 2, 18, 73_501),
            ],
            id="a part paid in time, learnt later",
        ),
        pytest.param(
            [(18, paid(17, "30"))], [("constituted", 1, 15, CENTIMES)], id="a part recovered"
        ),
        pytest.param([(9, extended(9, 8))], [("constituted", 1, 18, CENTIMES)], id="extended"),
        pytest.param(
            [(17, extended(14, 9))],
            [
                ("constituted", 1, 15, CENTIMES),
                ("withdrawn", 1, 17, "extended"),
                ("constituted", 2, 19, CENTIMES),
            ],
            id="extended in time, learnt later",
        ),
        pytest.param(
            [(17, extended(17, 40))],
            [("constituted", 1, 15, CENTIMES)],
            id="extended after constitution: too late",
        ),
        pytest.param(
            [(9, disputed(9)), (20, settled(20))],
            [("constituted", 1, 20, CENTIMES)],
            id="an open dispute suspends",
        ),
        pytest.param(
            [(16, disputed(16)), (20, settled(20, "20"))],
            [
                ("constituted", 1, 15, CENTIMES),
                ("withdrawn", 1, 16, "disputed"),
                ("constituted", 2, 20, 84_001),
            ],
            id="disputed, settled with a credit, still unpaid",
        ),
        pytest.param(
            [(18, OrderCancelled(cancelled_on=day(18), reason="agreed"))],
            [("constituted", 1, 15, CENTIMES), ("withdrawn", 1, 18, "order-cancelled")],
            id="the order is cancelled",
        ),
    ],
)
def test_what_is_said_of_an_invoice(
    ledger: Ledger, history: list[tuple[int, Event]], expected: list[object]
) -> None:
    sources = told(*history).close(30)

    assert brief(sources.fold_all(ledger)) == expected


def test_a_public_buyer_does_not_default_so(ledger: Ledger) -> None:
    assert told(of=invoice(DUE, buyer_kind="public")).close(30).fold_all(ledger) == []


def test_without_terms_nothing_is_in_default(ledger: Ledger) -> None:
    sources = Sources()
    sources.orders.append(ORDER, 1, invoice(DUE))

    assert sources.close(30).fold_all(ledger) == []


def test_terms_decide_from_the_day_that_they_name(ledger: Ledger) -> None:
    sources = Sources().with_terms(terms(90), terms(2, version=2, effective=12))
    sources.orders.append(ORDER, 1, invoice(DUE))

    (constituted,) = sources.close(30).fold_all(ledger)

    assert (brief([constituted])[0][2], constituted.rule_version) == (12, 2)


def test_too_small_an_exposure_is_not_looked_at(ledger: Ledger) -> None:
    sources = Sources().with_terms(terms(least=CENTIMES + 1))
    sources.orders.append(ORDER, 1, invoice(DUE))

    assert sources.close(30).fold_all(ledger) == []


@pytest.mark.parametrize("silent", [ORDERS, RULES, EXPORTS])
def test_a_silent_source_delays_and_never_fires(ledger: Ledger, silent: str) -> None:
    sources = told()
    speaking = [topic for topic in sources.logs if topic != silent]

    sources.close(30, *speaking)
    assert sources.fold_all(ledger) == []
    assert ledger.barrier_day == day(0)

    sources.close(30, silent)
    assert brief(sources.fold_all(ledger)) == [("constituted", 1, DEFAULT, CENTIMES)]


def test_late_barriers_run_in_order_and_know_what_their_day_knew(ledger: Ledger) -> None:
    """The payment of day 20 is folded long before the barrier of day 15 and cannot prevent it."""
    sources = told((20, paid(16)))
    sources.close(30, ORDERS, RULES)
    sources.fold_all(ledger)

    sources.close(30, EXPORTS)

    assert brief(sources.fold_all(ledger)) == [
        ("constituted", 1, 15, CENTIMES),
        ("superseded", 1, 20, "recovered"),
    ]
    assert ledger.barrier_day == day(30)


def test_barriers_outlive_the_process(tmp_path: Path) -> None:
    sources = told().close(9)
    first = Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)
    sources.fold_all(first)
    first.close()

    second = Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)

    assert second.barrier_day == day(9)
    assert brief(sources.close(30).fold_all(second)) == [("constituted", 1, DEFAULT, CENTIMES)]
    assert said(second)[0].knowledge_day == date(2026, 3, 16)
    second.close()


def test_an_event_about_an_unknown_invoice_changes_nothing(ledger: Ledger) -> None:
    sources = Sources().with_terms()
    sources.orders.append(ORDER, 1, paid(2)).append(ORDER, 2, disputed(3))

    assert sources.close(30).fold_all(ledger) == []


def test_while_an_event_of_the_order_is_missing_nothing_fires(ledger: Ledger) -> None:
    sources = Sources().with_terms()
    sources.orders.append(ORDER, 1, invoice(DUE)).append(ORDER, 3, disputed(20))
    assert sources.close(20).fold_all(ledger) == []

    sources.orders.append(ORDER, 2, paid(14))

    assert sources.close(30).fold_all(ledger) == []


def test_an_invoice_keeps_its_payments_whatever_the_key_of_what_is_said_of_its_order(
    ledger: Ledger,
) -> None:
    sources = Sources().with_terms()
    sources.orders.append(ORDER, 1, invoice(DUE)).append(ORDER, 2, paid(2))
    sources.close(2)

    sources.orders.append(ORDER, 3, invoice(DUE), key=uuid_of("another key"))

    assert sources.close(30).fold_all(ledger) == []
