"""The broker as a publisher sees it, for one partition of one fold."""

from typing import Any

from aiokafka import AIOKafkaProducer

from chassis.folding.fold import Fold
from chassis.folding.publishing.charge import Role
from chassis.folding.publishing.cursors import last_cursor
from chassis.folding.publishing.sending import Producer
from chassis.folding.publishing.succession import SaidSoFar, said_on_topic
from chassis.kafka import COMPRESSION

TRANSACTION_TIMEOUT_MS = 30_000
MAX_BATCH_BYTES = 900_000


def transactional_producer(bootstrap: str, transactional_id: str) -> Producer:
    """Starting it fences whoever else has the same id."""
    producer: Producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        transactional_id=transactional_id,
        transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
        compression_type=COMPRESSION,
        # The client sends one batch of a partition at a time: a transaction should be one.
        max_batch_size=MAX_BATCH_BYTES,
    )
    return producer


class PartitionBus:
    """Connections of one partition number of one generation."""

    def __init__(self, bootstrap: str, fold: Fold, generation: int, partition: int) -> None:
        self._bootstrap = bootstrap
        self._fold = fold
        self._generation = generation
        self._partition = partition

    def new_producer(self, role: Role) -> Producer:
        """Its transactional id is that of the partition, whichever generation is in charge: so a
        generation that takes over fences the former one."""
        name = f"{self._fold.name}-{self._partition}"
        silent = f"{self._fold.name}-g{self._generation}-{self._partition}"
        return transactional_producer(self._bootstrap, name if role is Role.IN_CHARGE else silent)

    async def read_cursor(self, generation: int) -> Any | None:
        return await self._last_cursor(generation, wait=True)

    async def decided_cursor(self, generation: int) -> Any | None:
        return await self._last_cursor(generation, wait=False)

    async def _last_cursor(self, generation: int, *, wait: bool) -> Any | None:
        figures = self._fold.figures
        return await last_cursor(self._bootstrap, figures, generation, self._partition, wait=wait)

    async def said(self, before: SaidSoFar) -> SaidSoFar:
        return await said_on_topic(self._bootstrap, self._fold, self._partition, before)
