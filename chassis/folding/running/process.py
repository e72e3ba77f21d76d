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
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError

from chassis import cancelling, kafka
from chassis.folding.failpoints import failpoint
from chassis.folding.fold import Fold
from chassis.folding.reading.record import InputReader
from chassis.folding.running.consumer import new_consumer
from chassis.folding.running.identity import OFFSET_GONE, check_logs
from chassis.folding.running.opening import open_partition
from chassis.folding.running.partition import Partition
from chassis.folding.running.snapshotting import Snapshotting
from chassis.folding.running.standing import show_roles, show_standing
from chassis.folding.settings import FoldSettings
from chassis.reader.lag import Lag
from chassis.reader.outcome import Broken
from chassis.reader.quarantine import Quarantine, Record

POLL_MS = 500
RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)
SHOW_LAG_SECONDS = 5.0
POLL_ALARM_SECONDS = 30.0
COMMIT_SECONDS, COMMIT_SECONDS_BEHIND = 0.1, 1.0
"""Longest that what is folded waits for more to be committed with."""
log = structlog.get_logger()
Batches = dict[TopicPartition, list[Record]]


class Folding(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is not typed
    """Folds the partitions that this process is given. `run` goes on until it is cancelled."""

    def __init__(self, fold: Fold, settings: FoldSettings, generation: int) -> None:
        self._fold = fold
        self._settings = settings
        self._generation = generation
        self._readers = {topic.name: InputReader(fold, topic) for topic in fold.inputs}
        self._lag = {topic.name: Lag(fold.name, topic.name) for topic in fold.inputs}
        self._snapshotting = Snapshotting(fold, settings)
        self.partitions: dict[int, Partition] = {}
        self._turns = asyncio.Lock()
        """Held while batches are folded: no ledger is closed in the middle of a turn."""
        self._taking_over = False
        self._not_assigned: Exception | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._quarantine: Quarantine | None = None
        self._uncommitted: dict[TopicPartition, tuple[float, Record]] = {}
        """Where something is folded and not committed: since when, and the last record of it."""
        self._last_poll, self._lag_shown = -math.inf, 0.0
        self._failure: str | None = None

    async def run(self) -> None:
        """Join the group and fold. A failure leaves it and begins anew, from the ledgers."""
        attempt = 0
        while True:
            cancelling.insist()
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

    def take_over(self) -> None:
        """Have this generation be in charge, instead of an older one, wherever it folds."""
        self._taking_over = True
        for partition in self.partitions.values():
            partition.publisher.take_over()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Open the ledgers and read on where they stand."""
        opened: dict[int, Partition] = {}
        try:
            for number in sorted({at.partition for at in assigned}):
                parts = await open_partition(self._fold, self._settings, self._generation, number)
                opened[number] = Partition(*parts, self._put_aside)
            ledgers = [partition.ledger for partition in opened.values()]
            strange = await check_logs(self._settings.kafka, ledgers)
            # From here on without a pause: nothing is folded from another place than the ledger's.
            for at in assigned:
                next_offset = opened[at.partition].ledger.input(at.topic).next_offset
                self._member().seek(at, next_offset)
                if problem := strange.get(at):
                    opened[at.partition].disown(at.topic, next_offset, problem)
                    self._member().pause(at)
            for partition in opened.values():
                partition.publish()
            if self._taking_over:
                for partition in opened.values():
                    partition.publisher.take_over()
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
            await self._snapshotting.stop(numbers)
            gone = [self.partitions.pop(n) for n in sorted(numbers) if n in self.partitions]
            await asyncio.gather(*(partition.close() for partition in gone))

    async def _fold_as_member(self) -> None:
        show_roles(self._fold, ())  # no turn may come to it
        consumer = new_consumer(self._settings.kafka, self._fold, self._generation)
        producer = kafka.producer(self._settings.kafka)
        self._consumer = consumer
        self._not_assigned = None  # what a membership that has ended ran into
        self._quarantine = Quarantine(self._fold.name, producer)
        try:
            await producer.start()
            consumer.subscribe(list(self._readers), listener=self)
            await consumer.start()
            while True:
                await self._turn(consumer)
        finally:
            self._consumer = None
            try:
                await self._close(set(self.partitions))
            finally:  # a member that is not stopped would be given partitions beside the next one
                with suppress(KafkaError):
                    await kafka.stop(consumer)
                await producer.stop()

    async def _turn(self, consumer: AIOKafkaConsumer) -> None:
        batches = await self._poll(consumer)
        async with self._turns:
            for at, records in batches.items():
                if at.partition in self.partitions:
                    await self._fold_records(consumer, at, records)
            read = sum(map(len, batches.values()))
            self._commit(consumer, more=read >= self._settings.poll_batch)
            self._snapshotting.take_due(
                [each.ledger for each in self.partitions.values() if each.is_sound],
                self._last_poll,
            )
        await asyncio.sleep(0)  # let others have their turn
        if self._last_poll - self._lag_shown >= SHOW_LAG_SECONDS:
            self._lag_shown = self._last_poll
            await show_standing(self._fold, consumer, self.partitions, self._lag)

    async def _poll(self, consumer: AIOKafkaConsumer) -> Batches:
        if self._not_assigned is not None:
            error, self._not_assigned = self._not_assigned, None
            raise error
        batches: Batches = {}
        try:
            batches = await consumer.getmany(
                timeout_ms=POLL_MS, max_records=self._settings.poll_batch
            )
        except OffsetOutOfRangeError as error:
            for at, offset in error.args[0].items():
                self._stop(consumer, at, offset)
        except NoOffsetForPartitionError:
            pass  # the client asked the group while the ledgers were opened: they say where
        self._last_poll = time.monotonic()
        self._failure = None
        return batches

    async def _fold_records(
        self, consumer: AIOKafkaConsumer, at: TopicPartition, records: list[Record]
    ) -> None:
        partition = self.partitions[at.partition]
        if at.topic in partition.stopped:
            return
        # Of what was fetched before a rebalance, some may have been folded since.
        expected = partition.next_offset(at.topic)
        if records[0].offset < expected:
            records = [record for record in records if record.offset >= expected]
        if records:
            self._lag[at.topic].fetched(at.partition, records)
            since, _ = self._uncommitted.get(at, (self._last_poll, None))
            self._uncommitted[at] = (since, records[-1])
            await partition.fold(at.topic, self._readers[at.topic], records)
        if at.topic in partition.stopped:
            consumer.pause(at)
            consumer.seek(at, partition.next_offset(at.topic))

    def _commit(self, consumer: AIOKafkaConsumer, *, more: bool) -> None:
        """Commit where enough is folded, or when nothing more is to be had now."""
        for at, (since, last) in list(self._uncommitted.items()):
            partition = self.partitions.get(at.partition)
            if partition is None:  # it was taken away: its next owner folds them
                del self._uncommitted[at]
                continue
            next_offset = partition.next_offset(at.topic)
            left = (consumer.highwater(at) or 0) - next_offset
            behind = left > self._settings.behind_records
            waited = self._last_poll - since
            if (
                partition.uncommitted(at.topic) >= self._settings.fold_batch
                or waited > (COMMIT_SECONDS_BEHIND if behind else COMMIT_SECONDS)
                or not (more or behind)
            ):
                del self._uncommitted[at]
                partition.commit(at.topic, behind=behind)
                self._lag[at.topic].handled(at.partition, [last], next_offset)

    def _stop(self, consumer: AIOKafkaConsumer, at: TopicPartition, offset: int) -> None:
        if partition := self.partitions.get(at.partition):
            partition.disown(at.topic, offset, OFFSET_GONE)
            consumer.pause(at)

    async def _put_aside(self, record: Record, broken: Broken) -> None:
        if self._quarantine is None:
            raise RuntimeError("the quarantine is not open")
        place = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
        log.warning("quarantined", **place, problems="; ".join(map(str, broken.problems)))
        await self._quarantine.put(record, broken)

    def _member(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise RuntimeError("not a member of the group")
        return self._consumer
