"""What is in quarantine holds its key until the owner says what shall become of it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from chassis.folding.ledger.store import Ledger
from contracts.event import Event, Redriven, Skipped
from contracts.topic import Topic
from contracts.topics import EXPORTS_SHIPMENTS, ORDERS_ORDERS
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests.cells import exports
from services.export_metrics.tests.events import (
    TOPIC,
    amended,
    cancelled,
    envelope,
    exported,
    goods,
    uuid_of,
)
from services.export_metrics.tests.sources import Sources, brief, day, invoice, paid

ORDER = uuid_of("order")
A, B, C = uuid_of("a"), uuid_of("b"), uuid_of("c")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    under_test = Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)
    yield under_test
    under_test.close()


def redriven(event: Event, subject: str, ordinal: int, topic: Topic = EXPORTS_SHIPMENTS) -> Event:
    of = envelope(event, subject, ordinal, topic)
    return Redriven(
        aggregate=subject,
        ordinal=ordinal,
        event_id=of.id,
        decided_on=day(1),
        reason="data-damaged",
        type=of.type,
        body=of.data.decode(),
    )


def skipped(event: Event, subject: str, ordinal: int) -> Event:
    event_id = envelope(event, subject, ordinal).id
    return Skipped(
        aggregate=subject, ordinal=ordinal, event_id=event_id, decided_on=day(1), reason="foreign"
    )


def booked(ledger: Ledger) -> dict[date, int]:
    """Centimes by knowledge day."""
    days: dict[date, int] = {}
    for row in exports(ledger.contributions()):
        known_on = date.fromisoformat(row.day)
        days[known_on] = days.get(known_on, 0) + (row.measures[0] or 0)
    return days


def with_a_broken_amendment() -> Sources:
    """Two shipments of one order and one of none; the first one's amendment is broken."""
    sources = Sources()
    log = sources.logs[TOPIC].append(A, 1, exported(goods(5)), key=ORDER)
    log.append(A, 2, amended(goods(6)), key=ORDER).spoil()
    log.append(A, 3, amended(goods(9)), key=ORDER)
    log.append(B, 1, exported(goods(20)), key=ORDER).append(C, 1, exported(goods(300)))
    return sources


def test_all_of_the_key_waits_and_nothing_else(ledger: Ledger) -> None:
    with_a_broken_amendment().fold_all(ledger)

    assert booked(ledger) == {day(1): 305}
    (held,) = ledger.held_keys()
    assert (held.topic, held.waiting, held.hold.key) == (TOPIC, 2, ORDER)
    assert (held.hold.subject, held.hold.ordinal, held.hold.reason) == (A, 2, "field_missing")
    closings = ledger.closings()
    assert closings is not None
    assert closings.held == 3


def test_told_again_it_counts_from_the_day_of_its_release_and_so_does_what_waited(
    ledger: Ledger,
) -> None:
    sources = with_a_broken_amendment().close(2)
    release = redriven(amended(goods(6)), A, 2)
    sources.logs[TOPIC].append(A, None, release, key=ORDER).append(A, None, release, key=ORDER)

    sources.fold_all(ledger)

    assert booked(ledger) == {day(1): 305, day(3): 9 - 5 + 20}
    assert (ledger.held, ledger.held_keys()) == (0, [])


def test_skipped_it_has_its_place_and_no_effect(ledger: Ledger) -> None:
    sources = with_a_broken_amendment()
    sources.logs[TOPIC].append(A, None, skipped(amended(goods(6)), A, 2), key=ORDER)

    sources.fold_all(ledger)

    assert booked(ledger) == {day(1): 9 + 20 + 300}
    assert ledger.ahead == 0


def test_a_conflict_is_released_by_skipping_the_second(ledger: Ledger) -> None:
    sources = Sources()
    log = sources.logs[TOPIC].append(A, 1, exported(goods(5))).append(A, 1, exported(goods(6)))
    log.append(A, 2, amended(goods(8)))
    sources.fold_all(ledger)
    assert (booked(ledger), ledger.held) == ({day(1): 5}, 2)

    log.append(A, None, skipped(exported(goods(6)), A, 1), key=A)

    sources.fold_all(ledger)
    assert (booked(ledger), ledger.held) == ({day(1): 8}, 0)


def test_a_key_is_free_when_its_last_hold_is(ledger: Ledger) -> None:
    sources = Sources()
    log = sources.logs[TOPIC].append(A, 1, exported(goods(5)))
    log.append(A, 2, amended(goods(6))).spoil().append(A, 3, amended(goods(7)))
    log.append(A, 4, amended(goods(8))).spoil().append(A, 5, amended(goods(9)))
    log.append(A, None, redriven(amended(goods(8)), A, 4), key=A)
    sources.fold_all(ledger)
    assert booked(ledger) == {day(1): 5}

    log.append(A, None, redriven(amended(goods(6)), A, 2), key=A)

    sources.fold_all(ledger)
    assert (booked(ledger), ledger.held, ledger.ahead) == ({day(1): 9}, 0, 0)


def test_a_broken_copy_of_what_was_placed_holds_nothing(ledger: Ledger) -> None:
    sources = Sources()
    log = sources.logs[TOPIC].append(A, 1, exported(goods(5)))
    log.append(A, 1, exported(goods(5))).spoil().append(A, 2, cancelled())

    sources.fold_all(ledger)

    assert (booked(ledger), ledger.held) == ({day(1): 0}, 0)


def test_a_release_of_what_is_not_held_changes_nothing(ledger: Ledger) -> None:
    sources = Sources()
    log = sources.logs[TOPIC].append(A, 1, exported(goods(5)))
    log.append(A, None, redriven(exported(goods(7)), A, 1), key=A)
    log.append(A, None, skipped(cancelled(), A, 2), key=A)

    sources.fold_all(ledger)

    assert (booked(ledger), ledger.held, ledger.ahead) == ({day(1): 5}, 0, 0)


def test_holds_outlive_the_process(tmp_path: Path) -> None:
    sources = with_a_broken_amendment()
    first = Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)
    sources.fold_all(first)
    held = first.held_keys()
    first.close()

    second = Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)

    assert (second.held, second.held_keys()) == (3, held)
    sources.logs[TOPIC].append(A, None, redriven(amended(goods(6)), A, 2), key=ORDER)
    sources.fold_all(second)
    assert (booked(second), second.held) == ({day(1): 9 + 20 + 300}, 0)
    second.close()


@pytest.mark.parametrize("broken_in", [TOPIC, ORDERS_ORDERS.name])
def test_while_a_key_is_held_its_timers_do_not_run_out(ledger: Ledger, broken_in: str) -> None:
    """Whichever topic holds the order's key, nothing of the order fires before the release."""
    sources = Sources().with_terms()
    sources.orders.append(ORDER, 1, invoice(due=5))
    broken: Event
    if broken_in == TOPIC:
        broken, subject, ordinal, topic = exported(goods(1)), A, 1, EXPORTS_SHIPMENTS
    else:
        broken, subject, ordinal, topic = paid(9, "40"), ORDER, 2, ORDERS_ORDERS
    sources.logs[broken_in].append(subject, ordinal, broken, key=ORDER).spoil()
    assert sources.close(20).fold_all(ledger) == []

    release = redriven(broken, subject, ordinal, topic)
    sources.logs[broken_in].append(subject, None, release, key=ORDER)

    exposed = 105_001 if broken_in == TOPIC else 63_001
    assert brief(sources.close(30).fold_all(ledger)) == [("constituted", 1, 21, exposed)]
