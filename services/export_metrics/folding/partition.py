"""One partition number in the hands of this process: its ledger, and the publisher beside it."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import date

import structlog

from chassis.metrics import METRICS
from chassis.reader.outcome import Broken, Stopped
from chassis.reader.quarantine import Record
from contracts.problem import Problem
from contracts.topics import Topic
from services.export_metrics.domain.changes import CONFLICT, Changes, Item, UnopenedError
from services.export_metrics.failpoints import failpoint
from services.export_metrics.fold import BatchFold
from services.export_metrics.ledger.store import Ledger
from services.export_metrics.publishing.publisher import Publisher
from services.export_metrics.reading.record import InputReader, PutAside
from services.export_metrics.settings import SERVICE

STOP_SECONDS = 5.0
CONFLICTING = Problem(CONFLICT, "ce_sequence", "another event of the aggregate has this ordinal")
log = structlog.get_logger()
Put = Callable[[Record, Broken], Awaitable[None]]


class Partition:
    """Folds batches of one partition number until it is closed."""

    def __init__(self, ledger: Ledger, publisher: Publisher, put_aside: Put) -> None:
        self.ledger = ledger
        self.publisher = publisher
        self._put_aside = put_aside
        self._publishing = asyncio.create_task(publisher.run())
        self.stopped: dict[str, str] = {}
        """Why an input topic is not read any further, by its name."""

    @property
    def number(self) -> int:
        return self.ledger.partition

    async def fold(self, topic: Topic, reader: InputReader, records: Sequence[Record]) -> int:
        """Fold records of one topic; returns the offset to go on from.

        Returns the offset of a record that stops the topic, and says why in `stopped`.
        """
        items: list[tuple[int, Item]] = []
        counts: Counter[str] = Counter()
        next_offset = records[-1].offset + 1
        for record in records:
            match reader.read(record):
                case PutAside(broken, unread):
                    await self._quarantine(topic, record, broken)
                    counts["quarantined"] += 1
                    if unread is not None:
                        items.append((record.offset, unread))
                case Stopped(problem):
                    self.stop(topic.name, record.offset, problem)
                    next_offset = record.offset
                    break
                case item:
                    items.append((record.offset, item))
        return await self._commit(topic, records, items, next_offset, counts)

    async def _quarantine(self, topic: Topic, record: Record, broken: Broken) -> None:
        """Put a record aside, unless an earlier fold of it is known to have done so."""
        await self.publisher.cursor_known.wait()
        if not self.publisher.is_out(topic.name, record.offset):
            await self._put_aside(record, broken)
            failpoint("after-quarantine")

    async def _commit(
        self,
        topic: Topic,
        records: Sequence[Record],
        items: list[tuple[int, Item]],
        next_offset: int,
        counts: Counter[str],
    ) -> int:
        known = self.ledger.known(topic.name, [item for _, item in items])
        try:
            changes = BatchFold(known).fold(items)
        except UnopenedError as error:
            offset = self.ledger.input(topic.name).next_offset
            self.stop(topic.name, offset, Problem("day_not_opened", "", str(error)))
            return offset
        await self._quarantine_conflicts(topic, records, changes)
        self.ledger.commit(topic.name, next_offset, changes)
        self.publisher.wake()
        self._report(topic, known.closed_through, changes, changes.counts + counts)
        return next_offset

    async def _quarantine_conflicts(
        self, topic: Topic, records: Sequence[Record], changes: Changes
    ) -> None:
        """Those of this batch: operators look for what is held in the quarantine."""
        offsets = {offset for offset, _ in changes.conflicts}
        for record in records:
            if record.offset in offsets:
                await self._quarantine(topic, record, Broken("place", [CONFLICTING]))

    async def close(self) -> None:
        """Publish what was folded, if the broker lets us, and let go of the ledger."""
        self.publisher.stop()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._publishing
        except TimeoutError:
            log.warning("outputs are left for the next owner", partition=self.number)
        finally:
            self._publishing.cancel()
            with suppress(asyncio.CancelledError):
                await self._publishing
            self.ledger.close()

    def stop(self, topic: str, offset: int, problem: Problem) -> None:
        """Note that a topic is not read any further, from `offset` on."""
        self.stopped[topic] = f"at offset {offset}: {problem}"
        log.error(
            "partition stopped",
            topic=topic,
            partition=self.number,
            offset=offset,
            why=str(problem),
        )

    def _report(
        self, topic: Topic, closed_before: date | None, changes: Changes, counts: Counter[str]
    ) -> None:
        for outcome, records in counts.items():
            METRICS.records_read.labels(SERVICE, topic.name, outcome).inc(records)
        for _, fact in changes.conflicts:
            METRICS.conflicts.labels(SERVICE).inc()
            log.error(
                "two events claim one ordinal: the first stands, and the key is held",
                subject=fact.subject,
                ordinal=fact.ordinal,
                event_id=fact.id,
            )
        for marker in changes.marker_jumps:
            METRICS.marker_jumps.labels(SERVICE, topic.name).inc()
            log.error(
                "a day marker does not follow the one before",
                topic=topic.name,
                partition=self.number,
                previous=str(marker.previous),
                through=marker.through.isoformat(),
            )
        for hold in changes.now_held.values():
            log.error("a key is held", topic=topic.name, partition=self.number, **hold._asdict())
        if self.ledger.ahead and changes.closed_through != closed_before:
            log.error(
                "a day closed while events wait for missing ones",
                partition=self.number,
                waiting=self.ledger.ahead,
            )
