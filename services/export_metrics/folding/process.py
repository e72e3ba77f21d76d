"""The folding process: a member of the group that shares the partition numbers out.

Where to read on stands in the ledgers; what is committed to the group is for tools that show lag.
"""

import asyncio
import math
import time
from collections.abc import Iterable
from contextlib import suppress

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from chassis import kafka
from chassis.metrics import METRICS
from chassis.reader.lag import Lag
from chassis.reader.outcome import Broken
from chassis.reader.quarantine import Quarantine, Record
from contracts.problem import Problem
from services.export_metrics.failpoints import failpoint
from services.export_metrics.folding.completeness import show_completeness
from services.export_metrics.folding.opening import open_partition
from services.export_metrics.folding.partition import Partition
from services.export_metrics.reading.record import InputReader
from services.export_metrics.settings import INPUTS, SERVICE, ExportMetricsSettings

POLL_MS = 500
RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)
SHOW_LAG_SECONDS = 5.0
SESSION_TIMEOUT_MS = 6_000
POLL_ALARM_SECONDS = 30.0
log = structlog.get_logger()
Batches = dict[TopicPartition, list[Record]]


class Folding(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is not typed
    """Folds the partitions that this process is given. `run` goes on until it is cancelled."""

    def __init__(self, settings: ExportMetricsSettings) -> None:
        self._settings = settings
        self._inputs = {topic.name: (topic, InputReader(topic)) for topic in INPUTS}
        self._lag = {topic.name: Lag(SERVICE, topic.name) for topic in INPUTS}
        self.partitions: dict[int, Partition] = {}
        self._turns = asyncio.Lock()
        """Held while batches are folded: no ledger is closed in the middle of a turn."""
        self._not_assigned: Exception | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._quarantine: Quarantine | None = None
        self._last_poll = -math.inf
        self._lag_shown = 0.0
        self._failure: str | None = None

    async def run(self) -> None:
        """Join the group and fold. A failure leaves it and begins anew, from the ledgers."""
        attempt = 0
        while True:
            started = time.monotonic()
            try:
                await self._fold_as_member()
            except Exception as error:  # noqa: BLE001 - nothing is skipped, whatever failed
                attempt = 0 if time.monotonic() - started > RETRY_SECONDS[-1] else attempt
                pause = RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)]
                attempt += 1
                self._failure = str(error) or repr(error)
                log.error("folding begins anew", error=repr(error), seconds=pause)
                await asyncio.sleep(pause)

    def problems(self) -> list[str]:
        """Why this process does not fold; empty when it does."""
        found = [self._failure] if self._failure else []
        if not self.partitions:
            found.append("no partition assigned")
        if time.monotonic() - self._last_poll > POLL_ALARM_SECONDS:
            found.append(f"no poll for {POLL_ALARM_SECONDS:.0f} s")
        for number, partition in sorted(self.partitions.items()):
            found += [f"{topic}[{number}]: {why}" for topic, why in partition.stopped.items()]
            if partition.publisher.problem:
                found.append(f"partition {number}: {partition.publisher.problem}")
        return found

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Open the ledgers and read on where they stand."""
        opened: dict[int, Partition] = {}
        try:
            for number in sorted({at.partition for at in assigned}):
                opened[number] = Partition(
                    *await open_partition(self._settings, number), self._put_aside
                )
            # From here on without a pause: nothing is folded from another place than the ledger's.
            for at in assigned:
                next_offset = opened[at.partition].ledger.input(at.topic).next_offset
                self._member().seek(at, next_offset)
            self.partitions.update(opened)
            opened = {}
            failpoint("after-assignment")
        except Exception as error:  # noqa: BLE001 - the client would log it and read on from anywhere
            self._not_assigned = error
        finally:  # those that were opened before one failed: their locks would stay with us
            await asyncio.gather(*(partition.close() for partition in opened.values()))
        log.info("partitions assigned", partitions=sorted(self.partitions))

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Publish what is folded and close the ledgers."""
        await self._close({at.partition for at in revoked})
        failpoint("after-revocation")

    async def _close(self, numbers: set[int]) -> None:
        async with self._turns:
            gone = [self.partitions.pop(n) for n in sorted(numbers) if n in self.partitions]
            await asyncio.gather(*(partition.close() for partition in gone))

    async def _fold_as_member(self) -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._settings.kafka,
            group_id=SERVICE,
            enable_auto_commit=False,
            # An offset that the log does not have is a log that was cut or made anew: never a
            # reason to begin somewhere else.
            auto_offset_reset="none",
            isolation_level="read_committed",
            partition_assignment_strategy=[RangePartitionAssignor],
            max_poll_interval_ms=600_000,
            rebalance_timeout_ms=60_000,
            session_timeout_ms=SESSION_TIMEOUT_MS,
            heartbeat_interval_ms=SESSION_TIMEOUT_MS // 3,
        )
        producer = kafka.producer(self._settings.kafka)
        self._consumer = consumer
        self._quarantine = Quarantine(SERVICE, producer)
        try:
            await producer.start()
            consumer.subscribe(list(self._inputs), listener=self)
            await consumer.start()
            while True:
                await self._turn(consumer)
        finally:
            self._consumer = None
            await self._close(set(self.partitions))
            with suppress(KafkaError):
                await consumer.stop()
            await producer.stop()

    async def _turn(self, consumer: AIOKafkaConsumer) -> None:
        batches = await self._poll(consumer)
        async with self._turns:
            for at, records in batches.items():
                if at.partition in self.partitions:
                    await self._fold(consumer, at, records)
                await asyncio.sleep(0)  # let others have their turn between the partitions
        if self._last_poll - self._lag_shown >= SHOW_LAG_SECONDS:
            self._lag_shown = self._last_poll
            await self._show_lag(consumer)

    async def _poll(self, consumer: AIOKafkaConsumer) -> Batches:
        if self._not_assigned is not None:
            error, self._not_assigned = self._not_assigned, None
            raise error
        batches: Batches = {}
        try:
            batches = await consumer.getmany(
                timeout_ms=POLL_MS, max_records=self._settings.fold_batch
            )
        except OffsetOutOfRangeError as error:
            for at, offset in error.args[0].items():
                self._stop(consumer, at, offset)
        self._last_poll = time.monotonic()
        self._failure = None
        return batches

    async def _fold(
        self, consumer: AIOKafkaConsumer, at: TopicPartition, records: list[Record]
    ) -> None:
        partition = self.partitions[at.partition]
        topic, reader = self._inputs[at.topic]
        # Of a batch that was fetched before a rebalance, some may have been folded since.
        folded = partition.ledger.input(at.topic).next_offset
        if fresh := [record for record in records if record.offset >= folded]:
            self._lag[at.topic].fetched(at.partition, fresh)
            next_offset = await partition.fold(topic, reader, fresh)
            self._lag[at.topic].handled(at.partition, fresh, next_offset)
            if at.topic in partition.stopped:
                consumer.seek(at, next_offset)
                consumer.pause(at)

    def _stop(self, consumer: AIOKafkaConsumer, at: TopicPartition, offset: int) -> None:
        problem = Problem(
            "offset_not_in_log", "", "the log was cut or made anew: it no longer has this offset"
        )
        if partition := self.partitions.get(at.partition):
            partition.stop(at.topic, offset, problem)
            consumer.pause(at)

    async def _put_aside(self, record: Record, broken: Broken) -> None:
        if self._quarantine is None:
            raise RuntimeError("the quarantine is not open")
        log.warning(
            "quarantined",
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            problems="; ".join(map(str, broken.problems)),
        )
        await self._quarantine.put(record, broken)

    async def _show_lag(self, consumer: AIOKafkaConsumer) -> None:
        """Metrics, and offsets in the group."""
        METRICS.gaps_open.labels(SERVICE).set(sum(p.ledger.ahead for p in self.partitions.values()))
        offsets: dict[TopicPartition, int] = {}
        for name in self._inputs:
            for number, partition in self.partitions.items():
                offsets[TopicPartition(name, number)] = partition.ledger.input(name).next_offset
            await self._lag[name].show(consumer, set(self.partitions))
            stopped = sum(name in partition.stopped for partition in self.partitions.values())
            METRICS.partitions_stopped.labels(SERVICE, name).set(stopped)
        show_completeness([partition.ledger for partition in self.partitions.values()])
        with suppress(KafkaError):  # a rebalance is under way
            await consumer.commit(offsets)

    def _member(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise RuntimeError("not a member of the group")
        return self._consumer
