"""Reads all of a topic, from its beginning and for ever, outside any group."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from chassis import cancelling, kafka
from chassis.metrics import METRICS
from chassis.reader.lag import Lag
from chassis.reader.outcome import Broken, Readable, Skipped, Stopped, read
from chassis.reader.quarantine import Quarantine, Record
from contracts.event import Event
from contracts.topic import Topic

POLL_MS = 500
RETRY_SECONDS = 1.0
log = structlog.get_logger()


class Follower:
    """Gives every committed event of `topic` to `apply`, which is told the same again at a restart.

    `reader` is the service that follows; what it cannot read goes to its quarantine. `apply` takes
    the partition number and the events of a batch. `fast` may read some records by itself; those
    for which it gives None are read through the contract.
    """

    def __init__(
        self,
        reader: str,
        bootstrap: str,
        topic: Topic,
        wanted: Collection[type[Event]],
        apply: Callable[[int, Sequence[Any]], None],
        fast: Callable[[Record], object | None] = lambda _: None,
    ) -> None:
        self._reader = reader
        self._bootstrap = bootstrap
        self._topic = topic
        self._wanted = wanted
        self._passed_over = {e.event_type().encode() for e in topic.events if e not in wanted}
        self._apply = apply
        self._fast = fast
        self._to_reach: dict[TopicPartition, int] = {}
        self._stopped: dict[int, str] = {}
        self._failure: str | None = "not started"
        self._lag = Lag(reader, topic.name)
        self.caught_up = False
        """Whether it has reached the end that it saw when it first started."""

    def problems(self) -> list[str]:
        """Why what it has read is not whole; empty when it is."""
        found = [f"{self._topic.name}[{n}]: {why}" for n, why in sorted(self._stopped.items())]
        if self._failure:
            found.append(f"{self._topic.name}: {self._failure}")
        elif not self.caught_up:
            found.append(f"{self._topic.name}: not read to its end yet")
        return found

    async def run(self) -> None:
        """Follow until cancelled. A failure begins anew; what is told twice changes nothing."""
        while True:
            cancelling.insist()
            try:
                await self._follow()
            except Exception as error:  # noqa: BLE001 - whatever failed, begin anew
                self._failure = repr(error)
                log.warning("following begins anew", topic=self._topic.name, error=repr(error))
                await asyncio.sleep(RETRY_SECONDS)

    async def _follow(self) -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
        )
        producer = kafka.producer(self._bootstrap)
        try:
            await producer.start()
            await consumer.start()
            partitions = [
                TopicPartition(self._topic.name, n) for n in range(self._topic.partitions)
            ]
            consumer.assign(partitions)
            await consumer.seek_to_beginning(*partitions)
            self._to_reach = await consumer.end_offsets(partitions)
            self.caught_up = False  # what is read again is older than what is known
            self._failure = None
            self._stopped.clear()
            while True:
                await self._turn(consumer, Quarantine(self._reader, producer))
        finally:
            with suppress(KafkaError):
                await kafka.stop(consumer)
            await producer.stop()

    async def _turn(self, consumer: AIOKafkaConsumer, quarantine: Quarantine) -> None:
        await self._note_reached(consumer)
        batches = await consumer.getmany(timeout_ms=POLL_MS, max_records=5_000)
        for at, records in batches.items():
            self._lag.fetched(at.partition, records)
            await self._read(consumer, at, records, quarantine)
            self._lag.handled(at.partition, records, records[-1].offset + 1)
            await asyncio.sleep(0)
        METRICS.partitions_stopped.labels(self._reader, self._topic.name).set(len(self._stopped))
        await self._lag.show(consumer, range(self._topic.partitions))

    async def _note_reached(self, consumer: AIOKafkaConsumer) -> None:
        """Strike out the partitions that have been read up to where they were at the start."""
        if self._to_reach:
            self._to_reach = {
                at: end for at, end in self._to_reach.items() if await consumer.position(at) < end
            }
        self.caught_up = self.caught_up or not self._to_reach

    async def _read(
        self,
        consumer: AIOKafkaConsumer,
        at: TopicPartition,
        records: Sequence[Record],
        quarantine: Quarantine,
    ) -> None:
        events: list[object] = []
        for record in records:
            if dict(record.headers).get("ce_type") in self._passed_over:
                continue
            if (event := self._fast(record)) is not None:
                events.append(event)
                continue
            match read(
                record.key, record.value, record.headers, topic=self._topic, wanted=self._wanted
            ):
                case Readable(_, read_event):
                    events.append(read_event)
                case Skipped():
                    pass
                case Broken() as broken:
                    await quarantine.put(record, broken)
                case Stopped(problem):
                    self._stopped[at.partition] = f"at offset {record.offset}: {problem}"
                    log.error("partition stopped", topic=at.topic, partition=at.partition)
                    consumer.pause(at)
                    break
        self._apply(at.partition, events)
        METRICS.records_read.labels(self._reader, self._topic.name, "handled").inc(len(events))
