"""The process of the national fold: one of all instances decides, and says each day once.

It keeps nothing: at every beginning it reads the statistics from theirs, says again to itself what
is out already, and goes on from there. Its producer is started before it looks what is out, which
fences whoever decided before.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import date

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis import cancelling
from chassis.folding.failpoints import failpoint
from chassis.folding.national.fold import NationalFold
from chassis.folding.national.nation import Decision, Nation
from chassis.folding.publishing.cursors import last_event
from chassis.folding.publishing.log import POLL_MS, reading
from chassis.folding.publishing.sending import Batches, Producer, started
from chassis.folding.running.bus import transactional_producer

LOOK_SECONDS = 0.5
RETRY_SECONDS = 1.0
POLL_RECORDS = 5_000
ENOUGH_RECORDS = 5_000
"""So many are sent in one transaction, unless a single day says more."""
log = structlog.get_logger()


class Deciding:
    """Decides for as long as `is_ours` says that it is this instance's to do."""

    def __init__(
        self, fold: NationalFold, bootstrap: str, generation: int, is_ours: Callable[[], bool]
    ) -> None:
        self._fold = fold
        self._bootstrap = bootstrap
        self._generation = generation
        self._is_ours = is_ours
        self._topic = fold.topic(generation)
        self._out: list[date | None] = []
        """The last day of each subject that is out."""
        self._failure: str | None = None

    def problems(self) -> list[str]:
        """Why this process does not decide although it should; empty when it does."""
        return [f"national fold: {self._failure}"] if self._failure else []

    async def run(self) -> None:
        """Decide until cancelled. Whatever fails, all of it begins anew."""
        while True:
            cancelling.insist()
            try:
                if self._is_ours():
                    await self._decide()
                self._failure = None
                await asyncio.sleep(LOOK_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever failed, begin anew
                self._failure = repr(error)
                log.warning("the national fold begins anew", error=repr(error))
                await asyncio.sleep(RETRY_SECONDS)

    async def _decide(self) -> None:
        nation = Nation(self._fold, self._generation)
        try:
            async with started(self._producer()) as producer, reading(self._bootstrap) as consumer:
                failpoint("after-national-producer-start")
                self._out = [await self._last_day(n) for n in range(self._topic.partitions)]
                await self._follow(nation, consumer, producer)
        finally:
            nation.close()

    def _producer(self) -> Producer:
        name = f"{self._fold.name}-national-g{self._generation}"
        return transactional_producer(self._bootstrap, name)

    async def _last_day(self, number: int) -> date | None:
        closed_type = self._fold.closed_type
        closed = await last_event(self._bootstrap, self._topic, number, closed_type)
        return closed and closed.through

    async def _follow(self, nation: Nation, consumer: AIOKafkaConsumer, producer: Producer) -> None:
        """Nothing is decided before all that was there at the beginning is read: what compaction
        has left of it is in the order of the last copies."""
        statistics = self._fold.figures.statistics(self._generation)
        at = [TopicPartition(statistics.name, number) for number in range(statistics.partitions)]
        consumer.assign(at)
        await consumer.seek_to_beginning(*at)
        unread = await consumer.end_offsets(at)
        while self._is_ours():
            unread = {a: end for a, end in unread.items() if await consumer.position(a) < end}
            if not unread:
                await self._publish(producer, nation.due())
            batches = await consumer.getmany(timeout_ms=POLL_MS, max_records=POLL_RECORDS)
            for place, records in batches.items():
                nation.take(place.partition, records)
                await asyncio.sleep(0)  # let others have their turn

    async def _publish(self, producer: Producer, due: Iterable[Decision]) -> None:
        """Send what is not out yet, some days at a time."""
        waiting: list[Decision] = []
        records = 0
        for decision in due:
            await asyncio.sleep(0)  # let others have their turn
            out = self._out[decision.number]
            if out is not None and decision.day <= out:
                continue
            waiting.append(decision)
            records += len(decision.records)
            if records >= ENOUGH_RECORDS:
                await self._send(producer, waiting)
                waiting, records = [], 0
        if waiting:
            await self._send(producer, waiting)

    async def _send(self, producer: Producer, decisions: Iterable[Decision]) -> None:
        await producer.begin_transaction()
        failpoint("after-national-begin")
        partitions = range(self._topic.partitions)
        batches = [Batches(producer, number) for number in partitions]
        for decision in decisions:
            for record in decision.records:
                await batches[decision.number].add(self._topic.name, record)
                failpoint("after-national-send")
        for batch in batches:
            await batch.flush()
        failpoint("before-national-commit")
        await producer.commit_transaction()
        failpoint("after-national-commit")
        for decision in decisions:
            self._out[decision.number] = decision.day
