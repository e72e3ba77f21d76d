"""The files of a ledger: where they lie, who may open them, and whether they are ours."""

import fcntl
import sqlite3
from itertools import count
from pathlib import Path
from typing import TextIO

import structlog

from services.export_metrics.failpoints import failpoint
from services.export_metrics.fold import FINGERPRINT
from services.export_metrics.ledger.schema import SCHEMA

_UNSOUND = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_HEADER_BYTES = 100
log = structlog.get_logger()


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

    A file that is no sound database is renamed and made anew: the input log has all that it had.
    Raises: LedgerMismatchError.
    """
    try:
        return _open(path, partition)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _UNSOUND:
            raise
        aside = _set_aside(path)
        log.error(
            "a ledger is not sound: it is set aside and folded anew",
            partition=partition,
            error=str(error),
            aside=str(aside),
        )
        return _open(path, partition)


def _open(path: Path, partition: int) -> sqlite3.Connection:
    shorter = _is_shorter_than_it_says(path)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # A commit that a power cut undoes is folded again from the input log.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # Shipment ids are random: a batch touches pages all over their index.
        connection.execute("PRAGMA cache_size = -8000")
        connection.execute("PRAGMA wal_autocheckpoint = 8000")
        if shorter:
            _require_sound(connection)
        _make(connection, partition)
        _check(connection, path, partition)
    except BaseException:
        connection.close()
        raise
    return connection


def _is_shorter_than_it_says(path: Path) -> bool:
    """Whether pages are missing: the file was cut, or a crash left them in the write-ahead log.

    Bytes 16 and 28 of the header: https://www.sqlite.org/fileformat2.html#the_database_header
    """
    if not path.exists():
        return False
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    page_size, pages = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
    return path.stat().st_size < page_size * pages


def _require_sound(connection: sqlite3.Connection) -> None:
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        error = sqlite3.DatabaseError(found)
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _set_aside(path: Path) -> Path:
    """Rename the database, and its write-ahead log: a new file must not be given the old one's."""
    names = (path.with_name(f"{path.name}.unsound-{number}") for number in count(1))
    aside = next(name for name in names if not name.exists())
    for part in ("", "-wal", "-shm"):
        if (old := Path(f"{path}{part}")).exists():
            old.rename(f"{aside}{part}")
    return aside


def _make(connection: sqlite3.Connection, partition: int) -> None:
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'fold'").fetchone():
        return
    # One transaction: a crash in the middle leaves an empty file, which is made again.
    connection.executescript(f"BEGIN; {SCHEMA}")
    failpoint("while-ledger-is-made")
    connection.execute("INSERT INTO fold VALUES (?, ?, 0, 0, NULL, NULL)", (FINGERPRINT, partition))
    connection.execute("COMMIT")


def _check(connection: sqlite3.Connection, path: Path, partition: int) -> None:
    found = connection.execute("SELECT fingerprint, partition FROM fold").fetchone()
    if found != (FINGERPRINT, partition):
        raise LedgerMismatchError(
            f"{path} was written by the fold '{found[0]}' for partition {found[1]}; this is "
            f"'{FINGERPRINT}' for partition {partition}: a changed fold is a new generation"
        )
