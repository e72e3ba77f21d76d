"""Taking a snapshot of a ledger while its fold goes on.

The ledger is frozen between two batches: a checkpoint of the state store, of hard links, and a
transaction that reads the database as it is then. All that takes long follows, in another thread.
"""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

import msgspec

from chassis.folding.failpoints import failpoint
from chassis.folding.ledger import snapshots
from chassis.folding.ledger.snapshots import Manifest
from chassis.folding.ledger.store import Ledger

PAGES = 1_000
"""So many pages of the database are copied before looking whether to stop."""
MAKING = "making-"
Stopped = Callable[[], bool]


class SnapshotStoppedError(Exception):
    """The snapshot is no longer wanted."""


class Frozen(NamedTuple):
    """A ledger as it was after a batch. To be released by whoever has it."""

    manifest: Manifest
    db: sqlite3.Connection
    states: Path

    def release(self) -> None:
        self.db.close()
        shutil.rmtree(self.states, ignore_errors=True)


def freeze(ledger: Ledger) -> Frozen:
    """Call it between two batches. Raises: StatesError, sqlite3.Error, OSError."""
    states = ledger.path.with_suffix(".checkpoint")
    shutil.rmtree(states, ignore_errors=True)
    ledger.checkpoint_states(states)
    db = sqlite3.connect(ledger.path, isolation_level=None, check_same_thread=False)
    try:
        db.execute("BEGIN")
        db.execute("SELECT 1 FROM fold").fetchone()  # the transaction begins with what is read
    except BaseException:
        db.close()
        raise
    return Frozen(Manifest.of(ledger), db, states)


def write(frozen: Frozen, folder: Path, kept: int, stopped: Stopped) -> Path:
    """Write what is frozen to the disk, as the newest of the snapshots in `folder`.

    Raises: SnapshotStoppedError, sqlite3.Error, OSError.
    """

    def look(*_: int) -> None:
        if stopped():
            raise SnapshotStoppedError

    folder.mkdir(parents=True, exist_ok=True)
    making = folder / f"{MAKING}{token_hex(4)}"
    try:
        _copy(frozen, making, look)
        files = snapshots.facts_of(making, look)
        manifest = msgspec.structs.replace(frozen.manifest, files=files)
        (making / snapshots.MANIFEST).write_bytes(msgspec.json.encode(manifest))
        snapshots.sync_all(making)
        failpoint("while-snapshot-is-made")
        made = making.rename(snapshots.next_to(folder))
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    snapshots.sync(folder)
    failpoint("after-snapshot")
    snapshots.prune(folder, kept)
    return made


def _copy(frozen: Frozen, making: Path, look: Callable[..., None]) -> None:
    states = making / snapshots.STATES
    states.mkdir(parents=True)
    with closing(sqlite3.connect(making / snapshots.DATABASE)) as copy:
        frozen.db.backup(copy, pages=PAGES, progress=look)
    for file in snapshots.files_in(frozen.states):
        look()
        snapshots.link_or_copy(file, states / file.name)
