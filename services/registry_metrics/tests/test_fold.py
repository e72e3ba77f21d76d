"""Whatever the log and the batches, the figures say what a naive count of the producers says."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.folding.batch import BatchFold
from chassis.folding.changes import Fact, Release, Unread
from chassis.folding.ledger.store import Ledger
from chassis.folding.reading.record import InputReader
from contracts.event import DayClosed, Event
from contracts.registry_metrics import ProducerContribution
from contracts.topics import REGISTRY_PRODUCERS
from contracts.values import ProducerKind, WomenLed
from services.registry_metrics.fold import PRODUCER_STATISTICS
from services.registry_metrics.picture import DIMENSIONS, RegistryFigures
from services.registry_metrics.tests.events import (
    TOPIC,
    FakeRecord,
    Log,
    corrected,
    moved,
    registered,
    uuid_of,
)
from services.registry_metrics.tests.naive import NaiveCount

OPENED = date(2026, 3, 1)
PRODUCERS = [uuid_of(name) for name in "abcd"]
REGIONS = st.sampled_from(["MA-03", "MA-07", "unknown"])
CHAINS = st.sampled_from(["carpets", "pottery"])
KINDS = st.sampled_from(ProducerKind)
WOMEN_LED = st.sampled_from(WomenLed)
REGISTERED = st.builds(registered, REGIONS, chain=CHAINS, kind=KINDS, women_led=WOMEN_LED)
LATER = st.one_of(
    st.builds(moved, REGIONS),
    st.builds(
        corrected,
        chain=st.none() | CHAINS,
        region=st.none() | REGIONS,
        kind=st.none() | KINDS,
        women_led=st.none() | WOMEN_LED,
    ),
)


@st.composite
def logs(draw: st.DrawFn) -> tuple[Log, NaiveCount]:
    """A log with repeats, gaps and day markers, and what the naive count makes of it."""
    histories = st.builds(lambda first, later: [first, *later], REGISTERED, st.lists(LATER))
    histories |= st.lists(LATER, max_size=2)  # as the registry would not tell it
    placed: list[tuple[str, int, Event]] = [
        (producer, ordinal, event)
        for producer in PRODUCERS
        for ordinal, event in enumerate(draw(histories), start=1)
    ]
    if placed:
        placed += draw(st.lists(st.sampled_from(placed), max_size=4))
    if draw(st.booleans()):
        placed = draw(st.permutations(placed))
    log, naive, through = Log().close(OPENED, None), NaiveCount(OPENED), OPENED
    for producer, ordinal, event in placed:
        if draw(st.integers(0, 3)) == 0:
            previous, through = through, through + timedelta(days=draw(st.integers(0, 3)))
            log.close(through, previous)
            naive.close(through)
        log.append(producer, ordinal, event)
        naive.take(producer, ordinal, event)
    return log, naive


def fold_into(ledger: Ledger, records: Sequence[FakeRecord]) -> None:
    """Fold one batch; all of it must be readable."""
    items: list[tuple[int, Fact | DayClosed | Unread | Release]] = []
    read = InputReader(PRODUCER_STATISTICS, REGISTRY_PRODUCERS).read(records)
    for record, item in zip(records, read, strict=True):
        assert isinstance(item, Fact | DayClosed)
        items.append((record.offset, item))
    known = ledger.known(TOPIC, [item for _, item in items])
    batch = BatchFold(PRODUCER_STATISTICS, known.closed_through)
    ledger.commit(TOPIC, records[-1].offset + 1, batch.fold(items, known))


def published(log: Log, ends: Sequence[int], *, reopening: bool) -> list[ProducerContribution]:
    """What is contributed after batches that end at `ends`."""
    (producers,) = PRODUCER_STATISTICS.figures.kinds
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(PRODUCER_STATISTICS, Path(folder), 1, 0)
        for start, end in zip([0, *ends], [*ends, len(log.records)], strict=True):
            fold_into(ledger, log.records[start:end])
            if reopening:
                ledger.close()
                ledger = Ledger(PRODUCER_STATISTICS, Path(folder), 1, 0)
        rows = ledger.contributions()
        ledger.close()
    said = [producers.contribution(1, 0, row.day, row.cell, row.measures) for row in rows]
    found = [ProducerContribution.model_validate_json(data) for _, data in said]
    assert [event.record_key() for event in found] == [key for key, _ in said]
    return found


def counted(figures: RegistryFigures, known_on: date | None) -> Counter[tuple[str, ...]]:
    return Counter(dict(figures.ask(DIMENSIONS, {}, known_on).groups))


@settings(max_examples=80, deadline=None)
@given(logs(), st.data())
def test_figures_are_what_the_naive_count_says_on_every_day(
    case: tuple[Log, NaiveCount], data: st.DataObject
) -> None:
    log, naive = case
    inside = range(1, len(log.records))
    ends = sorted(data.draw(st.sets(st.sampled_from(inside), max_size=6))) if inside else []
    figures = RegistryFigures(1)

    figures.apply(0, published(log, ends, reopening=data.draw(st.booleans())))

    assert counted(figures, None) == naive.count()
    assert figures.ask([], {}).total == naive.count().total()
    for day, then in naive.as_known_on.items():
        assert counted(figures, day) == then


@settings(max_examples=40, deadline=None)
@given(logs(), st.integers(1, 5))
def test_batches_make_no_difference(case: tuple[Log, NaiveCount], size: int) -> None:
    log, _ = case
    small = published(log, range(size, len(log.records), size), reopening=False)

    at_once = published(log, [], reopening=False)

    assert _totals(small) == _totals(at_once)


def _totals(contributions: list[ProducerContribution]) -> dict[str, int]:
    """By record key, without what came to nothing: one batch sees that before it is booked."""
    return {event.record_key(): event.producers for event in contributions if event.producers}


def test_a_move_reverses_what_is_booked_on_the_day_that_it_becomes_known() -> None:
    log = Log().close(OPENED, None).append(PRODUCERS[0], 1, registered("MA-03"))
    log.close(date(2026, 3, 5), OPENED).append(PRODUCERS[0], 2, moved("MA-07"))

    said = published(log, [], reopening=False)

    told = [(str(one.knowledge_day), one.cell.region, one.producers) for one in said]
    assert sorted(told) == [
        ("2026-03-02", "MA-03", 1),
        ("2026-03-06", "MA-03", -1),
        ("2026-03-06", "MA-07", 1),
    ]
