"""Snapshots of counting ledgers, taken and restored."""

from contextlib import closing
from pathlib import Path

from chassis.folding.ledger import restoring, snapshots, snapshotting
from chassis.folding.ledger.snapshotting import Frozen, freeze
from chassis.folding.ledger.store import Ledger
from chassis.folding.tests.dying import PARTITION, fold_batches, opened, path_of
from chassis.folding.tests.toy import COUNTING

KEPT = 2


def not_stopped() -> bool:
    return False


def write(frozen: Frozen, folder: Path, kept: int = KEPT) -> Path:
    try:
        return snapshotting.write(frozen, folder, kept, not_stopped)
    finally:
        frozen.release()


def taken(ledger: Ledger, folder: Path, kept: int = KEPT) -> Path:
    return write(freeze(ledger), folder, kept)


def restored(snapshot: Path, data: Path) -> Ledger:
    """A ledger in the folder `data`, which has none."""
    path = path_of(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    copy = restoring.prepare(snapshot, snapshots.manifest_of(snapshot), path)
    give = restoring.Prepared(copy)
    ledger = Ledger(COUNTING, data, 1, PARTITION, give)
    assert give.is_used
    restoring.discard(copy)
    return ledger


def folder_in(folder: Path) -> Path:
    """Where snapshots are kept in this test."""
    return folder / "elsewhere" / "p03.snapshots"


def kept(data: Path) -> Path:
    """A snapshot of the ledger there, of two batches; the ledger is closed."""
    with closing(opened(data)) as ledger:
        fold_batches(ledger, 1, 2)
        return taken(ledger, folder_in(data))
