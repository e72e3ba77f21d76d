"""Finding the snapshot that shall take the place of a ledger that was lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from chassis.folding.fold import Fold
from chassis.folding.ledger import restoring, snapshots
from chassis.folding.ledger.files import ledger_path
from chassis.folding.ledger.snapshots import Manifest, UnsoundSnapshotError
from chassis.folding.running.identity import strange_logs
from chassis.folding.running.topic_ids import log_ids
from chassis.folding.settings import FoldSettings
from chassis.metrics import METRICS

log = structlog.get_logger()


class LedgerLostError(Exception):
    """A ledger is gone or not sound, and there may be a snapshot of it."""


class Snapshots:
    """Those of one ledger."""

    def __init__(self, fold: Fold, settings: FoldSettings, generation: int, partition: int) -> None:
        self._fold = fold
        self._kafka = settings.kafka
        self._generation = generation
        self._partition = partition
        of = (fold.name, generation, partition)
        self._ledger = ledger_path(settings.data, *of)
        self._folder = snapshots.folder_of(ledger_path(settings.snapshots_folder, *of))

    def need(self, _: Path) -> bool:
        """Restores nothing. Raises: LedgerLostError when it is worth while to look."""
        if snapshots.numbered(self._folder):
            raise LedgerLostError(str(self._ledger))
        return False

    @asynccontextmanager
    async def prepared(self) -> AsyncIterator[restoring.Prepared]:
        """What is to be restored, for as long as it takes to open the ledger with it."""
        copy = await self._newest()
        try:
            yield restoring.Prepared(copy)
        finally:
            if copy is not None:
                restoring.discard(copy)

    async def _newest(self) -> Path | None:
        """A copy of the newest that is sound, of this fold and partition, and of these logs."""
        for snapshot in snapshots.numbered(self._folder):
            try:
                return await self._copy(snapshot)
            except UnsoundSnapshotError as error:
                METRICS.ledgers.labels(self._fold.name, "snapshot_refused").inc()
                log.error("a snapshot is not used", partition=self._partition, error=str(error))
        return None

    async def _copy(self, snapshot: Path) -> Path:
        """Raises: UnsoundSnapshotError."""
        manifest = snapshots.manifest_of(snapshot)
        if not manifest.is_of(self._fold, self._generation, self._partition):
            raise UnsoundSnapshotError(
                f"{snapshot}: of '{manifest.fingerprint}', generation {manifest.generation}, "
                f"partition {manifest.partition}; this is '{self._fold.fingerprint}', generation "
                f"{self._generation}, partition {self._partition}"
            )
        await self._require_same_logs(snapshot, manifest)
        return await asyncio.to_thread(restoring.prepare, snapshot, manifest, self._ledger)

    async def _require_same_logs(self, snapshot: Path, manifest: Manifest) -> None:
        ids = await log_ids(self._kafka, manifest.topics.keys())
        for at, problem in (await strange_logs(self._kafka, [manifest], ids)).items():
            raise UnsoundSnapshotError(f"{snapshot}: {at.topic}: {problem}")
