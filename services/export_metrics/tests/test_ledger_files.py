"""A ledger's file that is damaged is set aside and folded anew, and nothing of it is used."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from chassis.folding.ledger.files import LedgerMismatchError, ledger_path
from chassis.folding.ledger.store import Ledger
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import SERVICE
from services.export_metrics.tests.cells import exports
from services.export_metrics.tests.events import TOPIC, Log, exported, goods, uuid_of
from services.export_metrics.tests.test_fold_properties import contents, fold_into

SHIPMENTS = 300


def a_log() -> Log:
    log = Log().opened()
    for number in range(SHIPMENTS):
        log.append(uuid_of(number), 1, exported(goods(100 + number)))
    return log


def halve(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def scribble(path: Path) -> None:
    path.write_bytes(b"not a database" * 1_000)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def closed_ledger(folder: Path) -> None:
    ledger = Ledger(EXPORT_STATISTICS, folder, 1, 3)
    fold_into(ledger, a_log(), 0, SHIPMENTS + 1)
    ledger.close()


def killed_ledger(folder: Path) -> None:
    """As a process leaves it that was killed after a checkpoint and a commit more."""
    ledger = Ledger(EXPORT_STATISTICS, folder / "living", 1, 3)
    fold_into(ledger, a_log(), 0, SHIPMENTS)
    ledger._db.execute("PRAGMA wal_checkpoint(FULL)")
    fold_into(ledger, a_log(), SHIPMENTS, SHIPMENTS + 1)
    shutil.copytree(folder / "living" / "export-metrics", folder / "export-metrics")
    ledger.close()


@pytest.mark.parametrize("left", [closed_ledger, killed_ledger])
@pytest.mark.parametrize("damage", [halve, scribble])
def test_a_damaged_file_is_set_aside_and_folded_anew(
    tmp_path: Path, left: Callable[[Path], None], damage: Callable[[Path], None]
) -> None:
    left(tmp_path)
    path = ledger_path(tmp_path, SERVICE, 1, 3)
    damage(path)

    with capture_logs() as said:
        ledger = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3)

    assert [each["log_level"] for each in said] == ["error"]
    assert path.with_name("p03.sqlite.unsound-1").exists()
    assert ledger.input(TOPIC).next_offset == 0
    fold_into(ledger, a_log(), 0, SHIPMENTS + 1)
    assert sum(row.measures[3] or 0 for row in exports(ledger.contributions())) == SHIPMENTS
    ledger.close()


def test_every_damaged_file_is_kept(tmp_path: Path) -> None:
    for _ in range(2):
        closed_ledger(tmp_path)
        scribble(ledger_path(tmp_path, SERVICE, 1, 3))
    Ledger(EXPORT_STATISTICS, tmp_path, 1, 3).close()

    folder = ledger_path(tmp_path, SERVICE, 1, 3).parent
    kept = sorted(path.name for path in folder.glob("*unsound-?"))
    assert kept == ["p03.sqlite.unsound-1", "p03.sqlite.unsound-2"]


def test_an_empty_file_takes_nothing_from_the_log_that_lay_beside_it(tmp_path: Path) -> None:
    killed_ledger(tmp_path)
    empty(ledger_path(tmp_path, SERVICE, 1, 3))

    ledger = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3)

    assert ledger.input(TOPIC).next_offset == 0
    assert ledger.contributions() == []
    ledger.close()


def test_a_crash_between_commit_and_checkpoint_loses_nothing(tmp_path: Path) -> None:
    killed_ledger(tmp_path)

    with capture_logs() as said:
        ledger = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3)

    assert said == []
    assert ledger.input(TOPIC).next_offset == SHIPMENTS + 1
    before = contents(ledger)
    ledger.close()
    again = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3)
    assert contents(again) == before
    again.close()


def test_the_ledger_of_another_partition_is_refused_and_stays(tmp_path: Path) -> None:
    closed_ledger(tmp_path)
    path = ledger_path(tmp_path, SERVICE, 1, 4)
    shutil.copy(ledger_path(tmp_path, SERVICE, 1, 3), path)

    with pytest.raises(LedgerMismatchError, match=r"for partition 3; this is .* for partition 4"):
        Ledger(EXPORT_STATISTICS, tmp_path, 1, 4)

    assert path.exists()
