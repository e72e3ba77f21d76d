"""What a release frees and what it does not, and what rests on it: gaps, terms, evidence."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.folding.ledger.store import Ledger
from chassis.folding.reading.record import InputReader, PutAside
from contracts.topics import EXPORTS_SHIPMENTS, INSURANCE_RULES
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests.events import (
    TOPIC,
    Log,
    amended,
    cancelled,
    exported,
    goods,
    uuid_of,
)
from services.export_metrics.tests.sources import (
    RULE_ID,
    Sources,
    brief,
    day,
    invoice,
    paid,
    terms,
)
from services.export_metrics.tests.test_holds import (
    booked,
    redriven,
    skipped,
    with_a_broken_amendment,
)

ORDER = uuid_of("order")
A, B, C = uuid_of("a"), uuid_of("b"), uuid_of("c")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    under_test = Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)
    yield under_test
    under_test.close()


def test_a_release_under_another_key_changes_nothing(ledger: Ledger) -> None:
    """It would free the key and leave behind what is parked there, which it does not bring up."""
    sources = with_a_broken_amendment()
    sources.fold_all(ledger)

    sources.logs[TOPIC].append(A, None, redriven(amended(goods(6)), A, 2), key=C)

    sources.fold_all(ledger)
    assert (booked(ledger), ledger.held) == ({day(1): 305}, 3)


def test_one_event_may_hold_two_keys(ledger: Ledger) -> None:
    sources = Sources()
    log = sources.logs[TOPIC].append(A, 1, exported(goods(5)), key=ORDER).spoil()
    sources.fold_all(ledger)

    log.append(A, 1, exported(goods(5)), key=C).spoil()

    sources.fold_all(ledger)
    assert [held.hold.key for held in ledger.held_keys()] == sorted([ORDER, C])


def test_a_broken_copy_of_what_waits_for_a_missing_event_holds_nothing(ledger: Ledger) -> None:
    sources = Sources()
    log = sources.logs[TOPIC].append(A, 1, exported(goods(5))).append(A, 3, amended(goods(9)))
    log.append(A, 3, amended(goods(9))).spoil()
    sources.fold_all(ledger)
    assert (ledger.held, ledger.ahead) == (0, 1)

    log.append(A, 2, amended(goods(7)))

    sources.fold_all(ledger)
    assert (booked(ledger), ledger.ahead) == ({day(1): 9}, 0)


def test_an_event_that_was_lost_for_ever_is_passed_over(ledger: Ledger) -> None:
    sources = Sources()
    log = sources.logs[TOPIC].append(A, 1, exported(goods(5))).append(A, 3, amended(goods(9)))
    sources.close(1)
    missing = skipped(amended(goods(7)), A, 2)
    log.append(A, None, missing, key=A).append(A, None, missing, key=A)

    sources.fold_all(ledger)

    assert (booked(ledger), ledger.ahead, ledger.held) == ({day(1): 5, day(2): 4}, 0, 0)


def test_one_that_comes_after_it_was_passed_over_is_seen(ledger: Ledger) -> None:
    sources = Sources()
    log = sources.logs[TOPIC].append(A, 1, exported(goods(5))).append(A, 3, amended(goods(9)))
    log.append(A, None, skipped(cancelled(), A, 2), key=A)

    log.append(A, 2, amended(goods(7)))

    sources.fold_all(ledger)
    assert booked(ledger) == {day(1): 9}
    assert [held.hold.reason for held in ledger.held_keys()] == ["conflict"]


def test_what_may_be_parked_is_not_passed_over_as_lost(ledger: Ledger) -> None:
    sources = Sources()
    log = sources.logs[TOPIC].append(A, 1, exported(goods(5)), key=ORDER)
    log.append(A, 3, amended(goods(9)), key=ORDER)
    log.append(B, 1, exported(goods(20)), key=ORDER).spoil()
    log.append(A, 2, amended(goods(7)), key=ORDER)
    log.append(A, None, skipped(cancelled(), A, 2), key=ORDER)

    log.append(B, None, redriven(exported(goods(20)), B, 1), key=ORDER)

    sources.fold_all(ledger)
    assert (booked(ledger), ledger.held, ledger.ahead) == ({day(1): 9 + 20}, 0, 0)


@pytest.mark.parametrize("at_once", [True, False])
def test_while_its_key_is_held_nothing_of_it_is_passed_over_as_lost(
    ledger: Ledger, at_once: bool
) -> None:
    """The hold is that of another aggregate, and nothing is parked yet: it may come."""
    sources = Sources()
    log = sources.logs[TOPIC].append(A, 1, exported(goods(5)), key=ORDER)
    log.append(A, 3, amended(goods(9)), key=ORDER)
    log.append(B, 1, exported(goods(20)), key=ORDER).spoil()
    if not at_once:
        sources.fold_all(ledger)

    log.append(A, None, skipped(amended(goods(7)), A, 2), key=ORDER)

    sources.fold_all(ledger)
    assert (booked(ledger), ledger.held, ledger.ahead) == ({day(1): 5}, 1, 1)
    log.append(A, 2, amended(goods(7)), key=ORDER)
    log.append(B, None, redriven(exported(goods(20)), B, 1), key=ORDER)
    sources.fold_all(ledger)
    assert (booked(ledger), ledger.held, ledger.ahead) == ({day(1): 9 + 20}, 0, 0)


@pytest.mark.parametrize("ordinal", [1, 3, 4, 5])
def test_a_release_of_any_but_the_missing_event_changes_nothing(
    ledger: Ledger, ordinal: int
) -> None:
    """Neither of what is placed or waits itself, nor of what would come later."""
    sources = Sources()
    log = sources.logs[TOPIC].append(A, 1, exported(goods(5))).append(A, 3, amended(goods(9)))

    log.append(A, None, skipped(cancelled(), A, ordinal), key=A)

    sources.fold_all(ledger)
    assert (booked(ledger), ledger.held, ledger.ahead) == ({day(1): 5}, 0, 1)


def test_while_terms_are_in_quarantine_nobody_is_in_default_by_the_former_ones(
    ledger: Ledger,
) -> None:
    sources = Sources().with_terms()
    sources.orders.append(ORDER, 1, invoice(due=5))
    sources.close(8)
    longer = terms(20, version=2, effective=9)
    sources.rules.append(RULE_ID, 2, longer).spoil()
    assert sources.close(18).fold_all(ledger) == []

    release = redriven(longer, RULE_ID, 2, INSURANCE_RULES)
    sources.rules.append(RULE_ID, None, release, key=RULE_ID)

    assert brief(sources.close(40).fold_all(ledger)) == [("constituted", 1, 25, 105_001)]


def test_a_default_that_ends_after_a_release_rests_on_what_ended_it(ledger: Ledger) -> None:
    sources = Sources().with_terms()
    sources.orders.append(ORDER, 1, invoice(due=5))
    sources.close(15)
    shipped = exported(goods(1))
    sources.logs[TOPIC].append(A, 1, shipped, key=ORDER).spoil()
    sources.orders.append(ORDER, 2, paid(14))
    assert len(sources.close(20).fold_all(ledger)) == 1

    sources.logs[TOPIC].append(A, None, skipped(shipped, A, 1), key=ORDER)

    _, withdrawn = sources.close(30).fold_all(ledger)
    assert brief([withdrawn]) == [("withdrawn", 1, 21, "paid-in-time")]
    assert [each.event_type for each in withdrawn.evidence] == [
        "ma.zarbia.orders.PaymentReceived.v1"
    ]


@pytest.mark.parametrize("spoilt", [True, False])
def test_an_ordinal_that_no_release_could_name_holds_nothing(spoilt: bool) -> None:
    log = Log().append(A, 2**31, exported(goods(5)))
    reader = InputReader(EXPORT_STATISTICS, EXPORTS_SHIPMENTS)

    (read,) = reader.read((log.spoil() if spoilt else log).records)

    assert isinstance(read, PutAside)
    assert read.unread is None
