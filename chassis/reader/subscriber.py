"""A reader of one topic on FastStream: manual offsets, three answers, and its own readiness.

FastStream runs the consumer. Records reach us as they are: its parser and decoder, which fail on
what a quarantine must take, are replaced.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage

from chassis.metrics import METRICS
from chassis.reader.lag import Lag
from chassis.reader.outcome import (
    Broken,
    Outcome,
    Readable,
    Skipped,
    Stopped,
    UnfitError,
    read,
    redriven,
)
from chassis.reader.quarantine import Quarantine
from contracts.event import Event, Redriven
from contracts.topic import Topic

if TYPE_CHECKING:
    from aiokafka import ConsumerRecord

    Records = tuple[ConsumerRecord[bytes | None, bytes | None], ...]

POLL_ALARM_SECONDS = 30.0
SHOW_LAG_SECONDS = 5.0
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
log = structlog.get_logger()
Handler = Callable[[Sequence[Readable]], Awaitable[None]]


class Subscriber:
    """Reads `topic` for `reader` and gives `handle` what it wants, in order, at least once.

    A failure of `handle` is one of the infrastructure, unless it is UnfitError: it is tried again
    until it succeeds, and nothing is skipped. Handlers are idempotent.

    `group` is the consumer group where it is not the reader's name: one that reads several topics
    gives each a group of its own, or else they wait for each other whenever one of them joins.
    """

    def __init__(
        self,
        broker: KafkaBroker,
        reader: str,
        topic: Topic,
        wanted: Collection[type[Event]],
        handle: Handler,
        quarantine: Quarantine,
        *,
        group: str | None = None,
    ) -> None:
        self._reader = reader
        self._topic = topic
        self._wanted = wanted
        self._handle = handle
        self._quarantine = quarantine
        self._stopped: dict[TopicPartition, str] = {}
        self._retried: dict[TopicPartition, str] = {}
        self._lag = Lag(reader, topic.name)
        self._subscriber = broker.subscriber(
            topic.name,
            batch=True,
            max_records=500,
            batch_timeout_ms=20,
            group_id=group or reader,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            partition_assignment_strategy=[RangePartitionAssignor],
            max_poll_interval_ms=600_000,
            ack_policy=AckPolicy.MANUAL,
            parser=self._as_is,
            decoder=self._not_decoded,
        )
        self._subscriber(self._on_batch)

    def problems(self) -> list[str]:
        """Why this reader is not ready; empty when it is."""
        consumer = self._consumer
        if consumer is None or not consumer.assignment():
            return [f"{self._topic.name}: no partition assigned"]
        assigned = consumer.assignment()
        polled = [consumer.last_poll_timestamp(partition) or 0 for partition in assigned]
        if max(polled) and time.time() * 1000 - max(polled) > POLL_ALARM_SECONDS * 1000:
            return [f"{self._topic.name}: no poll for {POLL_ALARM_SECONDS:.0f} s"]
        return [
            f"{partition.topic}[{partition.partition}]: {why}"
            for partition, why in (self._stopped | self._retried).items()
            if partition in assigned
        ]

    async def watch_lag(self) -> None:
        """Show for ever how far this reader is behind."""
        while True:
            await asyncio.sleep(SHOW_LAG_SECONDS)
            if (consumer := self._consumer) is not None:
                await self._lag.show(consumer, {at.partition for at in consumer.assignment()})

    @property
    def _consumer(self) -> AIOKafkaConsumer | None:
        consumer: AIOKafkaConsumer | None = self._subscriber.consumer
        return consumer

    async def _as_is(self, records: "Records") -> KafkaAckableMessage:
        return KafkaAckableMessage(
            body=b"",
            raw_message=records,
            message_id=f"{records[0].offset}-{records[-1].offset}",
            consumer=self._consumer,
        )

    async def _not_decoded(self, message: KafkaAckableMessage) -> Any:
        return message.raw_message

    async def _on_batch(self, records: Any) -> None:
        by_partition: dict[TopicPartition, list[ConsumerRecord[Any, Any]]] = defaultdict(list)
        for record in records:
            by_partition[TopicPartition(record.topic, record.partition)].append(record)
        for partition, batch in by_partition.items():
            self._lag.fetched(partition.partition, batch)
        for partition, batch in by_partition.items():
            await self._until_done(partition, batch)

    async def _until_done(self, partition: TopicPartition, batch: list[Any]) -> None:
        attempt = 0
        while True:
            try:
                await self._read_batch(partition, batch)
            except Exception as error:  # noqa: BLE001 - never skipped, whatever failed
                self._retried[partition] = f"tried again after {error!r}"
                if self._consumer is None or partition not in self._consumer.assignment():
                    return  # another reader has it now, from the last commit on
                pause = RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)]
                log.warning("retrying", topic=partition.topic, error=repr(error), seconds=pause)
                await asyncio.sleep(pause)
                attempt += 1
            else:
                self._retried.pop(partition, None)
                return

    async def _read_batch(self, partition: TopicPartition, batch: list[Any]) -> None:
        """Handle a batch of one partition and commit how far it came."""
        readable: list[tuple[Any, Readable]] = []
        broken: list[tuple[Any, Broken]] = []
        for record in batch:
            outcome = self._outcome(record)
            match outcome:
                case Readable():
                    readable.append((record, replace(outcome, recorded_ms=record.timestamp)))
                case Skipped():
                    self._count("skipped")
                case Broken():
                    broken.append((record, outcome))
                case Stopped():
                    await self._finish(partition, readable, broken, record.offset)
                    self._lag.handled(partition.partition, batch, record.offset)
                    self._stop(partition, record.offset, str(outcome.problem))
                    return
        next_offset = batch[-1].offset + 1
        await self._finish(partition, readable, broken, next_offset)
        self._lag.handled(partition.partition, batch, next_offset)

    def _outcome(self, record: Any) -> Outcome:
        found = read(
            record.key,
            record.value,
            record.headers,
            topic=self._topic,
            wanted=(*self._wanted, Redriven),
        )
        return redriven(found, topic=self._topic, wanted=self._wanted)

    async def _finish(
        self,
        partition: TopicPartition,
        readable: list[tuple[Any, Readable]],
        broken: list[tuple[Any, Broken]],
        next_offset: int,
    ) -> None:
        broken += await self._handle_all(readable)
        # Last, so that a handler that is tried again leaves no second copy each time.
        for record, why in broken:
            await self._quarantine.put(record, why)
            self._count("quarantined")
        if self._consumer is not None:
            await self._consumer.commit({partition: next_offset})

    async def _handle_all(self, readable: list[tuple[Any, Readable]]) -> list[tuple[Any, Broken]]:
        """Hand over the events and return the records whose event the handler cannot take."""
        unfit: list[tuple[Any, Broken]] = []
        while readable:
            try:
                await self._handle([event for _, event in readable])
            except UnfitError as error:
                record, _ = readable.pop(error.index)
                unfit.append((record, Broken("handle", [error.problem])))
            else:
                self._count("handled", len(readable))
                break
        return unfit

    def _stop(self, partition: TopicPartition, offset: int, why: str) -> None:
        if self._consumer is not None:
            self._consumer.seek(partition, offset)
            self._consumer.pause(partition)
        self._stopped[partition] = why
        METRICS.partitions_stopped.labels(self._reader, self._topic.name).set(len(self._stopped))
        log.error(
            "partition stopped", topic=partition.topic, partition=partition.partition, why=why
        )

    def _count(self, outcome: str, records: int = 1) -> None:
        METRICS.records_read.labels(self._reader, self._topic.name, outcome).inc(records)
