"""What is kept survives; what is not ours is refused."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from chassis.folding.ledger.closings import Closings
from chassis.folding.ledger.files import (
    LedgerLockedError,
    LedgerMismatchError,
    ledger_path,
)
from chassis.folding.ledger.store import Input, Ledger
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import SERVICE
from services.export_metrics.tests.cells import exports
from services.export_metrics.tests.events import TOPIC, Log, exported, goods, lost, uuid_of
from services.export_metrics.tests.test_fold_properties import contents, fold_into

A, B = uuid_of("a"), uuid_of("b")


def a_log() -> Log:
    log = Log().opened().append(A, 1, exported(goods(5))).append(B, 2, lost())
    return log.append(A, 2, lost()).append(B, 1, exported(goods(7)))


def test_a_ledger_lies_where_its_generation_and_partition_say(tmp_path: Path) -> None:
    Ledger(EXPORT_STATISTICS, tmp_path, 1, 7).close()

    assert (tmp_path / "export-metrics" / "g1" / "p07.sqlite").exists()


def test_everything_is_there_after_reopening(tmp_path: Path) -> None:
    ledger = Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)
    fold_into(ledger, a_log(), 0, 3)
    before = contents(ledger)
    ledger.close()

    again = Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)

    assert contents(again) == before
    assert again.input(TOPIC) == Input(3, date(2026, 3, 1))
    assert (again.ahead, again.batch) == (1, 1)
    again.close()


def test_a_lost_ledger_is_made_again_from_the_log(tmp_path: Path) -> None:
    log = a_log()
    first = Ledger(EXPORT_STATISTICS, tmp_path / "1", 1, 0)
    second = Ledger(EXPORT_STATISTICS, tmp_path / "2", 1, 0)
    for end in range(1, 6):
        fold_into(first, log, end - 1, end)

    fold_into(second, log, 0, 5)

    assert contents(second) == contents(first)
    first.close()
    second.close()


def test_a_batch_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    ledger = Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)
    fold_into(ledger, a_log(), 0, 2)
    before = contents(ledger)
    blocker = sqlite3.connect(ledger_path(tmp_path, SERVICE, 1, 0))
    blocker.execute("CREATE TRIGGER t BEFORE UPDATE ON fold BEGIN SELECT RAISE(ABORT, 'no'); END")

    with pytest.raises(sqlite3.IntegrityError):
        fold_into(ledger, a_log(), 2, 5)

    assert contents(ledger) == before
    assert ledger.input(TOPIC).next_offset == 2
    blocker.close()
    ledger.close()


def test_only_one_may_have_a_ledger_open(tmp_path: Path) -> None:
    ledger = Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)

    with pytest.raises(LedgerLockedError):
        Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)

    ledger.close()
    Ledger(EXPORT_STATISTICS, tmp_path, 1, 0).close()


def test_the_ledger_of_another_fold_is_refused(tmp_path: Path) -> None:
    Ledger(EXPORT_STATISTICS, tmp_path, 1, 0).close()
    other = sqlite3.connect(ledger_path(tmp_path, SERVICE, 1, 0))
    other.execute("UPDATE fold SET fingerprint = 'export-statistics/0'")
    other.commit()
    other.close()

    with pytest.raises(LedgerMismatchError, match="a changed fold is a new generation"):
        Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)


def test_only_what_changed_is_unpublished(tmp_path: Path) -> None:
    ledger = Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)
    fold_into(ledger, a_log(), 0, 2)
    first = ledger.unpublished()
    ledger.mark_published(first)
    opened = Closings(date(2026, 3, 1), {TOPIC: date(2026, 3, 1)}, 0)
    assert (len(exports(first.contributions)), first.closings) == (1, opened)
    nothing = ledger.unpublished()
    assert (nothing.contributions, nothing.said, nothing.closings_changed) == ([], [], False)

    fold_into(ledger, a_log(), 2, 5)

    second = ledger.unpublished()
    assert [row.measures[0] for row in exports(second.contributions)] == [12]
    assert [(row.kind, row.offset) for row in second.said] == [
        ("RiskTriggerConstituted", 3),
        ("RiskTriggerConstituted", 4),
    ]
    ledger.close()
    again = Ledger(EXPORT_STATISTICS, tmp_path, 1, 0)
    assert again.unpublished() == second
    again.close()
