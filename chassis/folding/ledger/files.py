"""The files of a ledger: where they lie, who may open them, and whether they are ours."""

import fcntl
import sqlite3
from collections.abc import Callable
from itertools import count
from pathlib import Path
from secrets import token_bytes
from typing import NamedTuple, TextIO

import structlog

from chassis.folding.failpoints import failpoint
from chassis.folding.fold import Fold
from chassis.folding.ledger.aggregates import Aggregates, StatesLostError
from chassis.folding.ledger.cells import CellNumbers
from chassis.folding.ledger.kinds import Kinds
from chassis.folding.ledger.schema import schema
from chassis.folding.ledger.states import States, StatesError
from chassis.metrics import METRICS

_UNSOUND = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_HEADER_BYTES = 100
IDENTITY_BYTES = 16
log = structlog.get_logger()


class LedgerLockedError(Exception):
    """Another process has this ledger open."""


class LedgerMismatchError(Exception):
    """The ledger was written by another fold, or for another partition."""


Restore = Callable[[Path], bool]
"""Puts another ledger where there is none any more; False when it has none."""


def nothing_to_restore(_: Path) -> bool:
    return False


class Opened(NamedTuple):
    """A ledger's database, and its aggregates and cells."""

    db: sqlite3.Connection
    aggregates: Aggregates
    cells: CellNumbers


def ledger_path(data: Path, fold: str, generation: int, partition: int) -> Path:
    """The file of a ledger; its state store and its lock lie beside it."""
    return data / fold / f"g{generation}" / f"p{partition:02d}.sqlite"


def states_path(ledger: Path) -> Path:
    return ledger.with_suffix(".states")


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


def connect(
    path: Path, fold: Fold, partition: int, restore: Restore = nothing_to_restore
) -> Opened:
    """Open the ledger, making it when there is none to restore. Call with its lock held.

    What is not sound is renamed: the input log has all that it had.
    Raises: LedgerMismatchError, and what `restore` raises.
    """
    while path.exists() or _is_restored(path, fold, partition, restore):
        try:
            return _open(path, fold, partition)
        except (sqlite3.DatabaseError, StatesError, StatesLostError) as error:
            if not _is_unsound(error):
                raise
            _set_aside(path, fold, partition, str(error))
    return _open(path, fold, partition)


def _is_restored(path: Path, fold: Fold, partition: int, restore: Restore) -> bool:
    if any(part.exists() for part in _parts(path)):
        _set_aside(path, fold, partition, "its database is gone")
    return restore(path)


def _is_unsound(error: Exception) -> bool:
    match error:
        case sqlite3.DatabaseError():
            return getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNSOUND
        case StatesError():
            return error.is_unsound
        case _:
            return True


def _open(path: Path, fold: Fold, partition: int) -> Opened:
    db = _open_database(path, fold, partition)
    try:
        states = States(states_path(path))
        try:
            cells = CellNumbers(db, Kinds(fold.figures.kinds))
            return Opened(db, Aggregates(db, states, fold, cells), cells)
        except BaseException:
            states.close()
            raise
    except BaseException:
        db.close()
        raise


def _open_database(path: Path, fold: Fold, partition: int) -> sqlite3.Connection:
    shorter = _is_shorter_than_it_says(path)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # A commit that a power cut undoes is folded again from the input log.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -4000")
        connection.execute("PRAGMA wal_autocheckpoint = 8000")
        if shorter:
            _require_sound(connection)
        _make(connection, fold, partition)
        _check(connection, path, fold, partition)
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


def _set_aside(path: Path, fold: Fold, partition: int, error: str) -> None:
    """Rename all parts, the write-ahead log too: a new file must not be given the old one's."""
    names = (path.with_name(f"{path.name}.unsound-{number}") for number in count(1))
    aside = next(name for name in names if not any(part.exists() for part in _parts_aside(name)))
    for part, part_aside in zip(_parts(path), _parts_aside(aside), strict=True):
        if part.exists():
            part.rename(part_aside)
    METRICS.ledgers.labels(fold.name, "set_aside").inc()
    log.error(
        "a ledger is not sound: it is set aside", partition=partition, error=error, aside=str(aside)
    )


def _parts(path: Path) -> list[Path]:
    return [Path(f"{path}{end}") for end in ("", "-wal", "-shm")] + [states_path(path)]


def _parts_aside(aside: Path) -> list[Path]:
    return [Path(f"{aside}{end}") for end in ("", "-wal", "-shm", ".states")]


def _make(connection: sqlite3.Connection, fold: Fold, partition: int) -> None:
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'fold'").fetchone():
        return
    # One transaction: a crash in the middle leaves an empty file, which is made again.
    connection.executescript(f"BEGIN; {schema(Kinds(fold.figures.kinds).measures)}")
    failpoint("while-ledger-is-made")
    connection.execute(
        "INSERT INTO fold VALUES (?, ?, 0, 0, 0, ?, NULL, NULL, NULL)",
        (fold.fingerprint, partition, token_bytes(IDENTITY_BYTES)),
    )
    connection.execute("COMMIT")


def _check(connection: sqlite3.Connection, path: Path, fold: Fold, partition: int) -> None:
    found = connection.execute("SELECT fingerprint, partition FROM fold").fetchone()
    if found != (fold.fingerprint, partition):
        raise LedgerMismatchError(
            f"{path} was written by the fold '{found[0]}' for partition {found[1]}; this is "
            f"'{fold.fingerprint}' for partition {partition}: a changed fold is a new generation"
        )
