"""Whatever the history, the batches and the interleaving of topics, the same triggers are said."""

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.folding.ledger.store import Ledger
from contracts.event import Event, Redriven
from contracts.orders import OrderCancelled
from contracts.topics import EXPORTS_SHIPMENTS, INSURANCE_RULES, ORDERS_ORDERS
from services.export_metrics.domain.risk import TriggerEvent
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests.events import envelope, exported, goods, lost, uuid_of
from services.export_metrics.tests.naive_default import verdicts
from services.export_metrics.tests.sources import (
    WAITING_DAYS,
    Sources,
    brief,
    day,
    disputed,
    extended,
    invoice,
    paid,
    said,
    settled,
)

LAST = 40
ORDERS = [uuid_of(name) for name in ("order-a", "order-b")]
TOPICS = [EXPORTS_SHIPMENTS.name, INSURANCE_RULES.name, ORDERS_ORDERS.name]


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[int, Event]]:
    """Days of knowledge and events of one order, the invoice first."""
    known_on = draw(st.integers(1, 5))
    history: list[tuple[int, Event]] = [(known_on, invoice(draw(st.integers(2, 15))))]
    for _ in range(draw(st.integers(0, 6))):
        known_on = draw(st.integers(known_on, min(known_on + 8, LAST)))
        happened = draw(st.integers(max(1, known_on - 9), known_on))
        event: Event = draw(
            st.sampled_from(
                [
                    paid(happened, "30"),
                    paid(happened),
                    extended(happened, happened + 7),
                    disputed(happened),
                    settled(happened),
                    settled(happened, "20"),
                    OrderCancelled(cancelled_on=day(happened), reason="agreed"),
                ]
            )
        )
        history.append((known_on, event))
    return history


@dataclass
class Play:
    sources: Sources
    histories: dict[str, list[tuple[int, Event]]]


def played(of: list[list[tuple[int, Event]]]) -> Play:
    """The logs of all topics for these histories, one for each order."""
    sources = Sources().with_terms()
    by_order = dict(zip(ORDERS, of, strict=True))
    told = [
        (known_on, order, ordinal, event)
        for order, history in by_order.items()
        for ordinal, (known_on, event) in enumerate(history, start=1)
    ]
    for known_on, order, ordinal, event in sorted(told, key=lambda each: each[:3]):
        sources.close(known_on - 1)
        sources.orders.append(order, ordinal, event)
    sources.logs[EXPORTS_SHIPMENTS.name].append(uuid_of("s"), 1, exported(goods(7)))
    sources.logs[EXPORTS_SHIPMENTS.name].append(uuid_of("s"), 2, lost())
    return Play(sources.close(LAST), by_order)


PLAYS = st.tuples(histories(), histories()).map(list).map(played)


def defaults(ledger: Ledger) -> list[TriggerEvent]:
    return [event for event in said(ledger) if event.rule == "protracted-default"]


def fold(
    play: Play, steps: list[tuple[str, int]], *, reopening: bool = False
) -> list[TriggerEvent]:
    """The triggers after folding so many records of these topics, and then the rest."""
    play.sources.folded = dict.fromkeys(play.sources.folded, 0)
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(EXPORT_STATISTICS, Path(folder), 1, 0)
        for topic, records in steps:
            play.sources.fold(ledger, topic, play.sources.folded[topic] + records)
            if reopening:
                ledger.close()
                ledger = Ledger(EXPORT_STATISTICS, Path(folder), 1, 0)
        play.sources.fold_all(ledger)
        found = defaults(ledger)
        assert ledger.barrier_day == day(LAST)
        ledger.close()
        return found


@settings(max_examples=150, deadline=None)
@given(PLAYS)
def test_the_barriers_say_what_the_naive_rule_says(play: Play) -> None:
    triggers = fold(play, [])

    for order, history in play.histories.items():
        dated = [(day(known_on), event) for known_on, event in history]
        expected = verdicts(dated, day(0), day(LAST), WAITING_DAYS)
        about = [event for event in triggers if event.subject.startswith(order)]
        assert [(*b[:2], day(b[2]), b[3]) for b in brief(about)] == expected


@settings(max_examples=100, deadline=None)
@given(
    PLAYS,
    st.lists(st.tuples(st.sampled_from(TOPICS), st.integers(1, 15)), max_size=25),
    st.booleans(),
)
def test_batches_and_interleavings_make_no_difference(
    play: Play, steps: list[tuple[str, int]], reopening: bool
) -> None:
    assert fold(play, steps, reopening=reopening) == fold(play, [])


@settings(max_examples=100, deadline=None)
@given(PLAYS, st.data())
def test_an_event_that_was_quarantined_and_told_again_counts_from_its_release(
    play: Play, data: st.DataObject
) -> None:
    """Redriven on the day on which it was broken, it is as if nothing had happened."""
    log = play.sources.orders
    order = data.draw(st.sampled_from(ORDERS))
    at = data.draw(st.sampled_from([r.offset for r in log.records if r.key == order.encode()]))
    expected = fold(play, [])
    ordinal = 1 + sum(r.key == order.encode() for r in log.records[:at])
    event = play.histories[order][ordinal - 1][1]
    of = envelope(event, order, ordinal, ORDERS_ORDERS)
    release = Redriven(
        aggregate=order,
        ordinal=ordinal,
        event_id=of.id,
        decided_on=date(2026, 3, 1),
        reason="data-damaged",
        type=of.type,
        body=of.data.decode(),
    )
    kept = log.records[:]
    log.records = kept[:at]
    log.append(order, ordinal, event).spoil().append(order, None, release, key=order)
    log.records += kept[at + 1 :]
    log.renumber()

    assert fold(play, []) == expected
