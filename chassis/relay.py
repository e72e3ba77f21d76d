"""The relay: takes events from the outboxes to the broker, in order per aggregate.

What the broker acknowledged is removed from the outbox, and nothing else is: a crash between the
two sends some events again, with the same id and ordinal.
"""

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby, islice
from operator import attrgetter
from typing import Protocol

import structlog
from aiokafka.structs import RecordMetadata

from chassis.metrics import METRICS
from chassis.oldest import OldestWaiting
from chassis.store import OutboxRecord, Repository

BATCH = 1000
MOST_WAITING = 20_000
SCAN_SECONDS = 5.0
RETRY_SECONDS = 0.5

log = structlog.get_logger()
Outboxes = dict[str, tuple[OutboxRecord, ...]]


class Producer(Protocol):
    """The part of an idempotent Kafka producer that the relay uses."""

    async def send(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        partition: int | None = None,
        timestamp_ms: int | None = None,
        headers: Sequence[tuple[str, bytes]] | None = None,
    ) -> Awaitable[RecordMetadata]:
        """Queue a record. The awaitable ends when the broker acknowledged it."""


class Relay:
    """Publishes the outboxes of one repository while this instance leads."""

    def __init__(self, service: str, repository: Repository, producer: Producer) -> None:
        self._service = service
        self._repository = repository
        self._producer = producer
        self._waiting: dict[str, tuple[OutboxRecord, ...] | None] = {}
        self.oldest = OldestWaiting()
        self._woken = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    def wake(self, id_: str, fresh: tuple[OutboxRecord, ...] | None) -> None:
        """There is something to publish. `fresh` spares looking up the document's whole outbox."""
        known = id_ in self._waiting
        if not known and len(self._waiting) >= MOST_WAITING:
            self.oldest.forget(id_)
            return  # the scan finds it; and while another instance leads, nobody here takes it off
        self._waiting[id_] = None if known else fresh
        self.oldest.note(id_, fresh or ())
        self._woken.set()

    async def run(self) -> None:
        """Publish until cancelled. A slow scan finds what no writer announced, however busy."""
        loop = asyncio.get_running_loop()
        next_scan = loop.time()
        while True:
            if loop.time() >= next_scan:
                found = await self._scan()
                next_scan = loop.time() + (SCAN_SECONDS if found < BATCH else RETRY_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(next_scan):
                    await self._woken.wait()
            async with self._one_at_a_time:
                await self._publish_batch()

    async def drain(self) -> None:
        """Publish everything that was in an outbox when this was called."""
        found = await self._repository.pending(limit=10**9)
        self._waiting |= dict.fromkeys(found)
        self._woken.set()
        while True:
            async with self._one_at_a_time:
                if self._waiting.keys().isdisjoint(found):
                    return
                await self._publish_batch()

    async def _scan(self) -> int:
        """Returns how many documents were found waiting, at most BATCH."""
        found = await self._repository.pending(BATCH)
        for id_ in found:
            self.wake(id_, None)
        return len(found)

    async def _publish_batch(self) -> None:
        """Publish what has waited longest. Whatever fails waits again."""
        METRICS.outbox_waiting.labels(self._service).set(len(self._waiting))
        ids = list(self._waiting)[:BATCH]
        batch = {id_: self._waiting.pop(id_) for id_ in ids}
        if not self._waiting:
            self._woken.clear()
        try:
            await self._deliver(batch)
        except BaseException:
            for id_ in batch:
                self.wake(id_, None)
            raise

    async def _deliver(self, batch: dict[str, tuple[OutboxRecord, ...] | None]) -> None:
        outboxes: Outboxes = {id_: fresh for id_, fresh in batch.items() if fresh is not None}
        if unknown := [id_ for id_, fresh in batch.items() if fresh is None]:
            outboxes |= await self._repository.outboxes(unknown)
        for id_, box in outboxes.items():
            self.oldest.note(id_, box)
        published = await self._publish(outboxes)
        if published:
            await self._repository.acknowledge(published)
        self.oldest.published(outboxes, published)
        unpublished = [
            id_ for id_, box in outboxes.items() if box and published.get(id_) != box[-1].ordinal
        ]
        if unpublished:
            await asyncio.sleep(RETRY_SECONDS)
            for id_ in unpublished:
                self.wake(id_, None)

    async def _publish(self, outboxes: Outboxes) -> dict[str, int]:
        """Send all records; returns the last acknowledged ordinal of each aggregate.

        One ordinal of each aggregate at a time: a producer can give up on a record and still
        deliver the next one. An ordinal is published once all its records were acknowledged.
        """
        published: dict[str, int] = {}
        ahead = {id_: _by_ordinal(records) for id_, records in outboxes.items()}
        while wave := {id_: event for id_, rest in ahead.items() if (event := next(rest, None))}:
            results = iter(await self._send_wave([record for e in wave.values() for record in e]))
            for id_, event in wave.items():
                errors = [error for error in islice(results, len(event)) if error is not None]
                if not errors:
                    published[id_] = event[0].ordinal
                    METRICS.events_published.labels(self._service, event[0].event_type).inc()
                else:  # it stays in its outbox, and so does what follows it
                    del ahead[id_]
                    log.warning(
                        "publish failed", event_id=event[0].event_id, errors=list(map(repr, errors))
                    )
        return published

    async def _send_wave(self, records: Sequence[OutboxRecord]) -> list[Exception | None]:
        """Send records, all at once; returns what failed for each of them."""
        sent: list[Awaitable[RecordMetadata] | Exception] = []
        for record in records:
            try:
                sent.append(await self._send(record))
            except Exception as error:  # noqa: BLE001 - any failure leaves the record in its outbox
                sent.append(error)
        return [await _failure(acknowledgement) for acknowledgement in sent]

    async def _send(self, record: OutboxRecord) -> Awaitable[RecordMetadata]:
        return await self._producer.send(
            record.topic,
            value=record.value,
            key=record.key.encode(),
            partition=record.partition,
            timestamp_ms=record.timestamp_ms,
            headers=[(name, text.encode()) for name, text in record.headers.items()],
        )


def _by_ordinal(records: Iterable[OutboxRecord]) -> Iterator[tuple[OutboxRecord, ...]]:
    """The records of each event in turn: one, or on a broadcast topic one for every partition."""
    return (tuple(same) for _, same in groupby(records, key=attrgetter("ordinal")))


async def _failure(acknowledgement: Awaitable[RecordMetadata] | Exception) -> Exception | None:
    if isinstance(acknowledgement, Exception):
        return acknowledgement
    try:
        await acknowledgement
    except Exception as error:  # noqa: BLE001 - any failure leaves the record in its outbox
        return error
    return None
