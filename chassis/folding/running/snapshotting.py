"""When snapshots of a process's ledgers are taken: one after the other, beside the fold."""

import asyncio
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from sqlite3 import Error as DatabaseError
from threading import Event
from typing import NamedTuple

import structlog

from chassis.folding.fold import Fold
from chassis.folding.ledger import snapshots, snapshotting
from chassis.folding.ledger.files import ledger_path
from chassis.folding.ledger.snapshots import UnsoundSnapshotError
from chassis.folding.ledger.snapshotting import Frozen, SnapshotStoppedError
from chassis.folding.ledger.states import StatesError
from chassis.folding.ledger.store import Ledger
from chassis.folding.settings import FoldSettings
from chassis.metrics import METRICS

RETRY_SECONDS = 60.0
log = structlog.get_logger()


class Last(NamedTuple):
    """The last snapshot: how many records it has, and when it was taken, or was tried in vain."""

    records: int
    at: float
    failed: bool = False


class Snapshotting:
    """Takes them of the ledgers that `take_due` is given, again and again."""

    def __init__(self, fold: Fold, settings: FoldSettings) -> None:
        self._fold = fold
        self._settings = settings
        self._last: dict[int, Last] = {}
        self._partition = -1
        self._writing: asyncio.Task[None] | None = None
        self._stopped = Event()

    def take_due(self, ledgers: Iterable[Ledger], now: float) -> None:
        """Begin the one that is most due, if any is. Call it between batches.

        `now` counts seconds from anywhere.
        """
        if self._writing is not None and not self._writing.done():
            return
        due = {ledger: self._new_records(ledger, now) for ledger in ledgers}
        due = {ledger: new for ledger, new in due.items() if new}
        if due:
            self._take(max(due, key=lambda ledger: due[ledger]), now)

    async def stop(self, partitions: Collection[int]) -> None:
        """Of these: one that is being taken is given up."""
        if self._writing is not None and self._partition in partitions:
            self._stopped.set()
            await asyncio.wait([self._writing])
        for partition in partitions:
            self._last.pop(partition, None)

    def _new_records(self, ledger: Ledger, now: float) -> int:
        """How many records the next one has more than the last; 0 while none is due."""
        last = self._last.get(ledger.partition)
        if last is None:
            last = self._last[ledger.partition] = Last(_newest_records(self._folder(ledger)), now)
        new = _records(ledger) - last.records
        settings, waited = self._settings, now - last.at
        if not settings.snapshots_kept or (last.failed and waited < RETRY_SECONDS):
            return 0
        is_due = new >= settings.snapshot_records or waited >= 60 * settings.snapshot_minutes
        return new if is_due else 0

    def _take(self, ledger: Ledger, now: float) -> None:
        self._partition = ledger.partition
        began = time.perf_counter()
        try:
            frozen = snapshotting.freeze(ledger)
        except (StatesError, DatabaseError, OSError) as error:  # the fold will meet it, if it lasts
            self._failed(error, now)
            return
        pause = time.perf_counter() - began
        self._stopped.clear()
        self._writing = asyncio.create_task(self._write(frozen, self._folder(ledger), pause, now))

    async def _write(self, frozen: Frozen, folder: Path, pause: float, now: float) -> None:
        try:
            made = await asyncio.to_thread(
                snapshotting.write,
                frozen,
                folder,
                self._settings.snapshots_kept,
                self._stopped.is_set,
            )
        except SnapshotStoppedError:
            return
        except (DatabaseError, OSError) as error:
            self._failed(error, now)
            return
        finally:
            frozen.release()
        self._last[self._partition] = Last(frozen.manifest.records, now)
        METRICS.snapshots.labels(self._fold.name, "taken").inc()
        log.info("snapshot taken", snapshot=str(made), pause_ms=round(1000 * pause))

    def _failed(self, error: Exception, now: float) -> None:
        METRICS.snapshots.labels(self._fold.name, "failed").inc()
        log.error("no snapshot could be taken", partition=self._partition, error=repr(error))
        before = self._last[self._partition]
        self._last[self._partition] = before._replace(at=now, failed=True)

    def _folder(self, ledger: Ledger) -> Path:
        root = self._settings.snapshots_folder
        return snapshots.folder_of(
            ledger_path(root, self._fold.name, ledger.generation, ledger.partition)
        )


def _records(ledger: Ledger) -> int:
    return sum(input_.next_offset for input_ in ledger.inputs.values())


def _newest_records(folder: Path) -> int:
    for snapshot in snapshots.numbered(folder)[:1]:
        with suppress(UnsoundSnapshotError):
            return snapshots.manifest_of(snapshot).records
    return 0
