"""Putting a snapshot where a ledger was lost.

It is copied beside that place first, and looked at: what takes long is done before the ledger is
locked. Then its parts are renamed, the database last.
"""

import shutil
from pathlib import Path

from chassis.folding.failpoints import failpoint
from chassis.folding.ledger import snapshots
from chassis.folding.ledger.files import states_path
from chassis.folding.ledger.snapshots import Manifest


def prepare(snapshot: Path, manifest: Manifest, ledger: Path) -> Path:
    """Copy a snapshot beside the ledger's place, and return where it is now.

    Raises: UnsoundSnapshotError, and leaves no copy.
    """
    copy = ledger.with_suffix(".restoring")
    discard(copy)
    try:
        (copy / snapshots.STATES).mkdir(parents=True)
        for name in manifest.files:
            snapshots.link_or_copy(snapshot / name, copy / name)
        snapshots.require_sound(copy, manifest)
        snapshots.sync_all(copy)
    except FileNotFoundError as error:
        discard(copy)
        raise snapshots.UnsoundSnapshotError(f"{snapshot}: {error}") from error
    except BaseException:
        discard(copy)
        raise
    return copy


def discard(copy: Path) -> None:
    shutil.rmtree(copy, ignore_errors=True)


class Prepared:
    """A copy that is given once, to whoever holds the lock of a ledger that is not there."""

    def __init__(self, copy: Path | None) -> None:
        self._copy = copy
        self.is_used = False

    def __call__(self, ledger: Path) -> bool:
        if self._copy is None or self.is_used:
            return False
        self.is_used = True
        (self._copy / snapshots.STATES).rename(states_path(ledger))
        failpoint("while-ledger-is-restored")
        (self._copy / snapshots.DATABASE).rename(ledger)
        snapshots.sync(ledger.parent)
        return True
