"""Sending the records of a transaction in batches, one after the other for each topic.

The client's way for single records makes a future and a task's wait for each of them, which costs
more than all else about it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

from chassis.folding.failpoints import failpoint
from contracts.codec import KafkaRecord


class BatchTooSmallError(Exception):
    """A record is larger than a batch may be."""


class BatchBuilder(Protocol):
    """Records of one topic and partition; `append` gives None when there is no room for one."""

    def append(
        self,
        *,
        timestamp: float | None,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
    ) -> Any: ...


class BatchProducer(Protocol):
    """The part of a Kafka producer that sends batches."""

    def create_batch(self) -> BatchBuilder: ...
    async def send_batch(
        self, batch: BatchBuilder, topic: str, *, partition: int
    ) -> asyncio.Future[object]: ...


class TransactionalProducer(BatchProducer, Protocol):
    async def begin_transaction(self) -> None: ...
    async def commit_transaction(self) -> None: ...


class Producer(TransactionalProducer, Protocol):
    """The part of a transactional Kafka producer that is used."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


@asynccontextmanager
async def started(producer: Producer) -> AsyncIterator[Producer]:
    """A producer from its start, which fences whoever else has its id, to its end."""
    try:
        await producer.start()
        yield producer
    finally:
        with suppress(Exception):  # it is thrown away
            await producer.stop()


async def send_in_transaction(
    producer: TransactionalProducer, outputs: Iterable[tuple[str, KafkaRecord]], partition: int
) -> None:
    """Send records, each with its topic, in one transaction. Raises: BatchTooSmallError."""
    await producer.begin_transaction()
    failpoint("after-begin-transaction")
    batches = Batches(producer, partition)
    for topic, record in outputs:
        await batches.add(topic, record)
    await batches.flush()
    failpoint("before-commit-transaction")
    await producer.commit_transaction()
    failpoint("after-commit-transaction")


class Batches:
    """Those of one transaction, all to the same partition number."""

    def __init__(self, producer: BatchProducer, partition: int) -> None:
        self._producer = producer
        self._partition = partition
        self._open: dict[str, BatchBuilder] = {}
        self._sent: list[asyncio.Future[object]] = []

    async def add(self, topic: str, record: KafkaRecord) -> None:
        """Add a record to what goes to `topic`. Raises: BatchTooSmallError."""
        batch = self._open.get(topic)
        if batch is not None:
            if _append(batch, record):
                return
            await self._send(topic)
        batch = self._open[topic] = self._producer.create_batch()
        if not _append(batch, record):
            raise BatchTooSmallError(f"{topic}: a record of {len(record.value)} bytes")

    async def flush(self) -> None:
        """Send what is left, and wait until the broker has all of it."""
        for topic in list(self._open):
            await self._send(topic)
        for delivered in self._sent:
            await delivered

    async def _send(self, topic: str) -> None:
        batch = self._open.pop(topic)
        delivered = await self._producer.send_batch(batch, topic, partition=self._partition)
        # When another batch fails first, nobody waits for this one.
        delivered.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._sent.append(delivered)


def _append(batch: BatchBuilder, record: KafkaRecord) -> bool:
    """Whether there was room. The record is stamped with the present time."""
    added = batch.append(timestamp=None, key=record.key, value=record.value, headers=record.headers)
    return added is not None
