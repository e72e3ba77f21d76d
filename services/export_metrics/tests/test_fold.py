"""Placing events, and the days on which they become known."""

from datetime import date

import pytest

from chassis.folding.batch import BatchFold
from chassis.folding.changes import Changes, Item, Known, UnopenedError
from chassis.folding.reading.record import InputReader, PutAside
from chassis.reader.outcome import Stopped
from contracts.export_metrics import RiskTriggerConstituted
from services.export_metrics.domain.figures import CellKey, Movement
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests.events import (
    Log,
    amended,
    cancelled,
    damaged,
    exported,
    goods,
    lost,
    uuid_of,
)

A, B = uuid_of("a"), uuid_of("b")
OPEN = date(2026, 3, 2)


def fold(log: Log) -> Changes:
    return BatchFold(EXPORT_STATISTICS, None).fold(items_of(log), Known(None, {}, {}))


def items_of(log: Log) -> list[tuple[int, Item]]:
    """What the fold is given of a log; a record that is put aside leaves its place."""
    reader = InputReader(EXPORT_STATISTICS, log.topic)
    found: list[tuple[int, Item]] = []
    for record in log.records:
        (item,) = reader.read([record])
        if isinstance(item, PutAside):
            assert item.unread is not None
            found.append((record.offset, item.unread))
        else:
            assert not isinstance(item, Stopped)
            found.append((record.offset, item))
    return found


def by_day(changes: Changes) -> dict[date, int]:
    """Centimes that became known on each day."""
    days: dict[date, int] = {}
    for day, totals in changes.totals.items():
        exports = [Movement(*total) for cell, total in totals.items() if type(cell) is CellKey]
        days[day] = sum(total.fob_mad_centimes for total in exports)
    return days


def test_an_event_becomes_known_on_the_day_after_the_last_closed_one() -> None:
    log = Log().opened(date(2026, 3, 1)).append(A, 1, exported(goods(5)))
    log.close(date(2026, 3, 4), date(2026, 3, 1)).append(B, 1, exported(goods(7)))

    assert by_day(fold(log)) == {date(2026, 3, 2): 5, date(2026, 3, 5): 7}


def test_a_correction_is_known_today_in_the_month_of_what_it_corrects() -> None:
    log = Log().opened().append(A, 1, exported(goods(5)))
    log.close(OPEN, date(2026, 3, 1)).append(A, 2, amended(goods(9)))

    assert by_day(fold(log)) == {OPEN: 5, date(2026, 3, 3): 4}


def test_an_event_before_the_opening_marker_is_refused() -> None:
    with pytest.raises(UnopenedError, match="before the opening day marker"):
        fold(Log().append(A, 1, exported()))


def test_a_marker_that_is_not_new_is_ignored() -> None:
    log = Log().opened(date(2026, 3, 5)).close(date(2026, 3, 3), date(2026, 3, 2))

    changes = fold(log)

    assert changes.closed_through == date(2026, 3, 5)
    assert changes.counts == {"handled": 1, "duplicate": 1}
    assert changes.marker_jumps == []


def test_a_marker_that_does_not_follow_the_last_is_noted_and_taken() -> None:
    log = Log().opened(date(2026, 3, 1)).close(date(2026, 3, 9), date(2026, 3, 8))

    changes = fold(log)

    assert [marker.through for marker in changes.marker_jumps] == [date(2026, 3, 9)]
    assert changes.closed_through == date(2026, 3, 9)


def test_a_duplicate_is_dropped() -> None:
    log = Log().opened().append(A, 1, exported(goods(5))).append(A, 1, exported(goods(5)))

    changes = fold(log)

    assert by_day(changes) == {OPEN: 5}
    assert changes.counts["duplicate"] == 1


def test_of_two_events_with_one_ordinal_the_first_stands() -> None:
    log = Log().opened().append(A, 1, exported(goods(5))).append(A, 1, exported(goods(6)))

    changes = fold(log)

    assert by_day(changes) == {OPEN: 5}
    assert [fact.ordinal for _, fact in changes.conflicts] == [1]


def test_an_event_ahead_waits_for_the_one_before_it() -> None:
    log = Log().opened().append(A, 1, exported(goods(5))).append(A, 3, cancelled())

    changes = fold(log)

    assert by_day(changes) == {OPEN: 5}
    assert list(changes.now_ahead) == [(A, 3)]


def test_a_gap_heals_in_order_on_the_day_that_it_can() -> None:
    log = Log().opened().append(A, 3, amended(goods(9))).append(A, 2, amended(goods(7)))
    log.append(A, 4, lost()).close(OPEN, date(2026, 3, 1)).append(A, 1, exported(goods(5)))

    changes = fold(log)

    assert by_day(changes) == {date(2026, 3, 3): 9}
    assert changes.now_ahead == {}
    (said,) = changes.said
    assert said.offset == log.records[-1].offset
    assert isinstance(said.event, RiskTriggerConstituted)
    assert said.event.knowledge_day == date(2026, 3, 3)


def test_while_waiting_there_are_duplicates_and_conflicts_too() -> None:
    log = Log().opened().append(A, 2, damaged("50")).append(A, 2, damaged("50"))
    log.append(A, 2, damaged("60")).append(A, 1, exported(goods(100)))

    changes = fold(log)

    assert changes.counts == {"handled": 1, "waiting": 1, "duplicate": 1, "conflict": 1, "held": 1}
    assert [hold.reason for hold in changes.now_held.values()] == ["conflict"]
    assert changes.said == []


def test_the_gap_of_one_shipment_does_not_hold_another_up() -> None:
    log = Log().opened().append(A, 2, cancelled()).append(B, 1, exported(goods(3)))

    assert by_day(fold(log)) == {OPEN: 3}
