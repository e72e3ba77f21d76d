"""What is owed, from the events of orders: by debtor, as of the barriers of their days."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from chassis.folding.ledger.store import Ledger
from contracts.event import Event
from contracts.orders import InvoiceIssued, OrderCancelled
from services.export_metrics.domain.exposure import ExposureCell
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests import naive_default
from services.export_metrics.tests.cells import of_kind
from services.export_metrics.tests.events import uuid_of
from services.export_metrics.tests.sources import (
    Sources,
    day,
    disputed,
    invoice,
    paid,
    placed,
    settled,
)
from services.export_metrics.tests.test_barrier_properties import LAST, PLAYS, Play

ORDER, OTHER = uuid_of("order"), uuid_of("other")
ANN = ExposureCell("ann", "FR")
CANCELLED = OrderCancelled(cancelled_on=day(3), reason="agreed")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    under_test = Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)
    yield under_test
    under_test.close()


def owed(ledger: Ledger) -> dict[tuple[ExposureCell, date], int | None]:
    """What each day moved."""
    rows = of_kind(ExposureCell, ledger.contributions())
    return {(row.cell, date.fromisoformat(row.day)): row.measures[0] for row in rows}


def told(*events: Event) -> Sources:
    """One event of an order a day."""
    sources = Sources()
    for ordinal, event in enumerate(events, start=1):
        sources.orders.append(ORDER, ordinal, event)
        sources.close(ordinal)
    return sources


@pytest.mark.parametrize(
    ("event", "moved"),
    [
        (paid(3, "40"), -42_000),
        (paid(3), -105_001),
        (paid(3, "400"), -105_001),
        (settled(3, "10"), -10_500),
        (CANCELLED, -105_001),
    ],
)
def test_an_invoice_is_owed_until_it_is_paid_credited_or_void(
    event: Event, moved: int, ledger: Ledger
) -> None:
    told(placed("ann"), invoice(30), event).fold_all(ledger)

    assert owed(ledger) == {(ANN, day(2)): 105_001, (ANN, day(3)): moved}


def test_a_dispute_changes_nothing_of_what_is_owed(ledger: Ledger) -> None:
    told(placed("ann"), invoice(30), disputed(3)).fold_all(ledger)

    assert owed(ledger) == {(ANN, day(2)): 105_001}


def test_invoices_of_one_debtor_add_up_and_come_to_nothing_on_a_day(ledger: Ledger) -> None:
    sources = Sources()
    for order in (ORDER, OTHER):
        sources.orders.append(order, 1, placed("ann")).append(order, 2, invoice(30))
    sources.close(1)
    sources.orders.append(OTHER, 3, paid(2)).append(ORDER, 3, invoice(30, number="INV-2"))

    sources.close(2).fold_all(ledger)

    assert owed(ledger) == {(ANN, day(1)): 210_002, (ANN, day(2)): 0}


def test_what_is_owed_waits_until_all_sources_have_closed_the_day(ledger: Ledger) -> None:
    sources = Sources()
    sources.orders.append(ORDER, 1, placed("ann")).append(ORDER, 2, invoice(30))
    sources.close(1, sources.orders.topic.name).fold_all(ledger)
    assert owed(ledger) == {}

    sources.close(1).fold_all(ledger)

    assert owed(ledger) == {(ANN, day(1)): 105_001}


@settings(max_examples=60, deadline=None)
@given(PLAYS)
def test_on_every_day_it_is_what_the_naive_sum_says(play: Play) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(EXPORT_STATISTICS, Path(folder), 1, 0)
        play.sources.folded = dict.fromkeys(play.sources.folded, 0)
        play.sources.fold_all(ledger)
        found = owed(ledger)
        ledger.close()

    known: Counter[int] = Counter()
    for number in range(LAST + 1):
        known[number] = sum(moved or 0 for (_, on), moved in found.items() if on <= day(number))
        due = sum(_owed_on(history, number) for history in play.histories.values())
        assert known[number] == due


def _owed_on(history: list[tuple[int, Event]], number: int) -> int:
    known = [event for known_on, event in history if known_on <= number]
    if not known or any(isinstance(event, OrderCancelled) for event in known):
        return 0
    first = known[0]
    assert isinstance(first, InvoiceIssued)
    return naive_default._exposed(first, known, date.max)
