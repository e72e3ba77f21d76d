"""Whatever the log, the batches and the crashes, the ledger says what the naive fold says."""

import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.folding.batch import BatchFold
from chassis.folding.ledger.store import Ledger
from contracts.event import Event
from contracts.export_metrics import RiskTriggerConstituted
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests.events import (
    TOPIC,
    Log,
    amended,
    cancelled,
    closed,
    damaged,
    delivered,
    exported,
    goods,
    lost,
    restamped,
    uuid_of,
)
from services.export_metrics.tests.naive import NaiveFold
from services.export_metrics.tests.sources import said
from services.export_metrics.tests.test_fold import items_of

OPENED = date(2026, 3, 1)
SHIPMENTS = [uuid_of(name) for name in "abc"]
GOODS = st.builds(
    goods,
    st.integers(0, 999),
    grams=st.integers(0, 99),
    partner=st.sampled_from(["FR", "US"]),
    month=st.sampled_from(["2026-02", "2026-03"]),
    quantity=st.sampled_from([None, "1.25", "3"]),
)
LATER = st.one_of(
    st.builds(amended, GOODS),
    st.builds(restamped, st.sampled_from(["MA-03", "MA-11"])),
    st.sampled_from([cancelled(), delivered(), lost(), damaged("4"), damaged("7.5")]),
    st.sampled_from([lost(), delivered(), damaged("33.33")]),
)
Placed = tuple[str, int, Event]


@st.composite
def logs(draw: st.DrawFn) -> tuple[Log, NaiveFold]:
    """A log with gaps, repeats, conflicts and markers, and what the naive fold makes of it."""
    histories: list[list[Placed]] = []
    for shipment in SHIPMENTS:
        first = exported(draw(GOODS), by=draw(st.sampled_from(["producer", "other"])))
        events: list[Event] = [first, *draw(st.lists(LATER, max_size=6))]
        histories.append([(shipment, n, event) for n, event in enumerate(events, start=1)])
    placed = [event for history in histories for event in history]
    placed += draw(st.lists(st.sampled_from(placed), max_size=4))
    conflicting = draw(st.lists(st.sampled_from(placed), max_size=2))
    placed += [(shipment, n, restamped("MA-07")) for shipment, n, _ in conflicting]
    if draw(st.booleans()):
        placed = draw(st.permutations(placed))
    log, naive, through = Log().opened(OPENED), NaiveFold(), OPENED
    naive.close(closed(OPENED, None))
    for shipment, ordinal, event in placed:
        if draw(st.integers(0, 4)) == 0:
            previous, through = through, through + timedelta(days=draw(st.integers(-1, 3)))
            through = max(previous, through)
            log.close(through, previous)
            naive.close(closed(through, previous))
        log.append(shipment, ordinal, event)
        naive.take(shipment, ordinal, event)
    return log, naive


def fold_into(ledger: Ledger, log: Log, start: int, end: int) -> None:
    items = items_of(Log(log.records[start:end]))
    known = ledger.known(TOPIC, [item for _, item in items])
    batch = BatchFold(ledger.fold, known.closed_through)
    ledger.commit(TOPIC, end, batch.fold(items, known))


def contents(ledger: Ledger) -> tuple[dict[Any, Any], list[Any]]:
    """Those of all kinds of cells, and the triggers."""
    totals = {
        (*row.cell, date.fromisoformat(row.day)): list(row.measures)
        for row in ledger.contributions()
    }
    triggers = []
    for t in said(ledger):
        if isinstance(t, RiskTriggerConstituted):
            kind, what = "+", str(t.exposed_mad_centimes)
        else:
            kind, what = "-", t.reason
        triggers.append((kind, t.rule, t.subject, t.episode, what, t.knowledge_day))
    return totals, triggers


def folded(log: Log, ends: Sequence[int], *, reopening: bool) -> tuple[Any, Any, int]:
    """The ledger's contents after batches that end at `ends`, and how many events wait or hold."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(EXPORT_STATISTICS, Path(folder), 1, 0)
        start = 0
        for end in [*ends, len(log.records)]:
            fold_into(ledger, log, start, end)
            start = end
            if reopening:
                ledger.close()
                ledger = Ledger(EXPORT_STATISTICS, Path(folder), 1, 0)
        found = (*contents(ledger), ledger.ahead + ledger.held)
        ledger.close()
        return found


def moved(totals: dict[Any, Any]) -> dict[Any, Any]:
    """Without what came to nothing: an amendment that changes nothing moves nothing at all."""
    return {key: total for key, total in totals.items() if any(total)}


@settings(max_examples=60, deadline=None)
@given(logs(), st.data())
def test_the_ledger_holds_what_the_naive_fold_says(
    case: tuple[Log, NaiveFold], data: st.DataObject
) -> None:
    log, naive = case
    ends = sorted(data.draw(st.sets(st.integers(1, len(log.records) - 1), max_size=6)))

    totals, triggers, waiting = folded(log, ends, reopening=data.draw(st.booleans()))

    assert moved(totals) == moved(naive.totals | naive.exporters)
    assert triggers == [(*t[:4], str(t[4]), t[5]) for t in naive.triggers]
    assert waiting == naive.waiting()


@settings(max_examples=60, deadline=None)
@given(logs(), st.data())
def test_batches_make_no_difference(case: tuple[Log, NaiveFold], data: st.DataObject) -> None:
    log, _ = case
    size = data.draw(st.integers(1, 5))

    assert folded(log, range(size, len(log.records), size), reopening=False) == folded(
        log, [], reopening=False
    )


@settings(max_examples=60, deadline=None)
@given(logs())
def test_no_rule_has_two_open_triggers_for_one_shipment(case: tuple[Log, NaiveFold]) -> None:
    log, _ = case
    _, triggers, _ = folded(log, [], reopening=False)

    is_open: set[tuple[str, str]] = set()
    for kind, rule, subject, *_ in triggers:
        assert ((rule, subject) in is_open) == (kind == "-")
        (is_open.add if kind == "+" else is_open.discard)((rule, subject))
