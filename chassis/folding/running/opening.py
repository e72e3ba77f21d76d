"""Opening a partition number: its ledger, and a publisher on its own transactional producer."""

import asyncio
import time

from chassis.folding.fold import Fold
from chassis.folding.ledger.files import LedgerLockedError
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.publisher import Publisher
from chassis.folding.running.bus import PartitionBus
from chassis.folding.settings import FoldSettings

LOCK_SECONDS = 15.0
LOCK_RETRY_SECONDS = 0.1


async def open_partition(
    fold: Fold, settings: FoldSettings, generation: int, number: int
) -> tuple[Ledger, Publisher]:
    """Open what belongs to a partition number.

    Raises: LedgerLockedError, LedgerMismatchError.
    """
    ledger = await _open_ledger(fold, settings, generation, number)

    bus = PartitionBus(settings.kafka, fold, generation, number)
    return ledger, Publisher(ledger, settings, bus)


async def _open_ledger(fold: Fold, settings: FoldSettings, generation: int, number: int) -> Ledger:
    """Wait for a former owner on this machine to let go of the file."""
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return Ledger(fold, settings.data, generation, number)
        except LedgerLockedError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(LOCK_RETRY_SECONDS)
