"""Opening a partition number: its ledger, and a publisher on its own transactional producer."""

import asyncio
import time
from collections.abc import Callable

import structlog

from chassis.folding.fold import Fold
from chassis.folding.ledger.files import LedgerLockedError, Restore
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.publisher import Publisher
from chassis.folding.running.bus import PartitionBus
from chassis.folding.running.restoring import LedgerLostError, Snapshots
from chassis.folding.settings import FoldSettings
from chassis.metrics import METRICS

LOCK_SECONDS = 15.0
LOCK_RETRY_SECONDS = 0.1
log = structlog.get_logger()


async def open_partition(
    fold: Fold, settings: FoldSettings, generation: int, number: int
) -> tuple[Ledger, Publisher]:
    """Open what belongs to a partition number.

    Raises: LedgerLockedError, LedgerMismatchError.
    """
    ledger = await open_ledger(fold, settings, generation, number)

    bus = PartitionBus(settings.kafka, fold, generation, number)
    return ledger, Publisher(ledger, settings, bus)


async def open_ledger(fold: Fold, settings: FoldSettings, generation: int, number: int) -> Ledger:
    """The ledger, or a snapshot of it when it was lost, or a new one when there is none."""
    snapshots = Snapshots(fold, settings, generation, number)

    def opening(restore: Restore) -> Ledger:
        return Ledger(fold, settings.data, generation, number, restore)

    try:
        ledger, restored = await _unlocked(lambda: opening(snapshots.need)), False
    except LedgerLostError:
        async with snapshots.prepared() as prepared:
            ledger, restored = await _unlocked(lambda: opening(prepared)), prepared.is_used
    _report(ledger, restored=restored)
    return ledger


async def _unlocked(opening: Callable[[], Ledger]) -> Ledger:
    """Wait for a former owner on this machine to let go of the file."""
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return opening()
        except LedgerLockedError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(LOCK_RETRY_SECONDS)


def _report(ledger: Ledger, *, restored: bool) -> None:
    """Say what has taken the place of a ledger that was not there."""
    opened = METRICS.ledgers.labels
    if not ledger.batch:
        opened(ledger.fold.name, "made_new").inc()
        log.info("a ledger is made new", partition=ledger.partition)
    elif restored:
        opened(ledger.fold.name, "restored").inc()
        offsets = {topic: input_.next_offset for topic, input_ in ledger.inputs.items()}
        log.warning("a ledger is restored", partition=ledger.partition, offsets=offsets)
