"""Opening a partition number: its ledger, and a publisher on its own transactional producer."""

import asyncio
import time

from aiokafka import AIOKafkaProducer

from services.export_metrics.ledger.files import LedgerLockedError
from services.export_metrics.ledger.store import Ledger
from services.export_metrics.publishing.cursors import last_cursor
from services.export_metrics.publishing.publisher import Publisher
from services.export_metrics.settings import GENERATION, SERVICE, ExportMetricsSettings

LOCK_SECONDS = 15.0
LOCK_RETRY_SECONDS = 0.1
TRANSACTION_TIMEOUT_MS = 30_000
MAX_BATCH_BYTES = 900_000


async def open_partition(settings: ExportMetricsSettings, number: int) -> tuple[Ledger, Publisher]:
    """Open what belongs to a partition number.

    Raises: LedgerLockedError, LedgerMismatchError.
    """
    ledger = await _open_ledger(settings, number)

    def new_producer() -> AIOKafkaProducer:
        return AIOKafkaProducer(
            bootstrap_servers=settings.kafka,
            transactional_id=f"{SERVICE}-g{GENERATION}-{number}",
            transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
            compression_type="lz4",
            # The client sends one batch of a partition at a time: a transaction should be one.
            max_batch_size=MAX_BATCH_BYTES,
        )

    return ledger, Publisher(
        ledger, settings, new_producer, lambda: last_cursor(settings.kafka, GENERATION, number)
    )


async def _open_ledger(settings: ExportMetricsSettings, number: int) -> Ledger:
    """Wait for a former owner on this machine to let go of the file."""
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return Ledger(settings.data, GENERATION, number)
        except LedgerLockedError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(LOCK_RETRY_SECONDS)
