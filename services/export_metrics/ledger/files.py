"""The files of a ledger: where they lie, who may open them, and whether they are ours."""

import fcntl
import sqlite3
from pathlib import Path
from typing import TextIO

from services.export_metrics.fold import FINGERPRINT
from services.export_metrics.ledger.schema import SCHEMA


class LedgerLockedError(Exception):
    """Another process has this ledger open."""


class LedgerMismatchError(Exception):
    """The ledger was written by another fold, or for another partition."""


def ledger_path(data: Path, generation: int, partition: int) -> Path:
    return data / "export-metrics" / f"g{generation}" / f"p{partition:02d}.sqlite"


def lock(path: Path) -> TextIO:
    """Lock the ledger at `path` until the file returned is closed, or the process ends.

    Raises: LedgerLockedError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.with_suffix(".lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise LedgerLockedError(f"{path} is open in another process") from error
    return file


def connect(path: Path, partition: int) -> sqlite3.Connection:
    """Open the ledger, making it when there is none. Call with its lock held.

    Raises: LedgerMismatchError.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # A commit that a power cut undoes is folded again from the input log.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # Shipment ids are random: a batch touches pages all over their index.
        connection.execute("PRAGMA cache_size = -8000")
        connection.execute("PRAGMA wal_autocheckpoint = 8000")
        _make(connection, partition)
        _check(connection, path, partition)
    except BaseException:
        connection.close()
        raise
    return connection


def _make(connection: sqlite3.Connection, partition: int) -> None:
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'fold'").fetchone():
        return
    # One transaction: a crash in the middle leaves an empty file, which is made again.
    connection.executescript(f"BEGIN; {SCHEMA}")
    connection.execute("INSERT INTO fold VALUES (?, ?, 0, 0, NULL, NULL)", (FINGERPRINT, partition))
    connection.execute("COMMIT")


def _check(connection: sqlite3.Connection, path: Path, partition: int) -> None:
    found = connection.execute("SELECT fingerprint, partition FROM fold").fetchone()
    if found != (FINGERPRINT, partition):
        raise LedgerMismatchError(
            f"{path} was written by the fold '{found[0]}' for partition {found[1]}; this is "
            f"'{FINGERPRINT}' for partition {partition}: a changed fold is a new generation"
        )
