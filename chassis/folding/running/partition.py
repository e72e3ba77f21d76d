"""One partition number in the hands of this process: its ledger, and the publisher beside it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog

from chassis.folding.batch import BatchFold
from chassis.folding.changes import CONFLICT, Fact, Item, UnopenedError
from chassis.folding.failpoints import failpoint
from chassis.folding.fold import Fold
from chassis.folding.ledger.identity import LastRecord, last_record
from chassis.folding.ledger.store import Input, Ledger
from chassis.folding.publishing.charge import Role
from chassis.folding.publishing.publisher import Publisher
from chassis.folding.reading.record import InputReader, PutAside
from chassis.folding.running.report import report
from chassis.reader.outcome import Broken, Stopped
from chassis.reader.quarantine import Record
from contracts.problem import Problem

STOP_SECONDS = 5.0
CONFLICTING = Problem(CONFLICT, "ce_sequence", "another event of the aggregate has this ordinal")
STANDINGS = ("unknown", "failing", "halted", *(role.name.lower() for role in Role))
"""All that `Partition.standing` may say: each is a label of a gauge, zero or not."""
log = structlog.get_logger()
Put = Callable[[Record, Broken], Awaitable[None]]


class Batch:
    """What was folded of a topic and is not committed yet."""

    def __init__(self, fold: Fold, before: Input) -> None:
        self.folded = BatchFold(fold, before.closed_through)
        self.closed_before = before.closed_through
        self.next_offset = before.next_offset
        self.last: LastRecord | None = None
        self.records = 0


class Partition:
    """Folds one partition number until it is closed."""

    def __init__(self, ledger: Ledger, publisher: Publisher, put_aside: Put) -> None:
        self.ledger = ledger
        self.publisher = publisher
        self._put_aside = put_aside
        self._publishing: asyncio.Task[None] | None = None
        self._batches: dict[str, Batch] = {}
        self.stopped: dict[str, str] = {}
        """Why an input topic is not read any further, by its name."""

    def publish(self) -> None:
        """Begin to publish, until it is closed."""
        self._publishing = asyncio.create_task(self.publisher.run())

    @property
    def number(self) -> int:
        return self.ledger.partition

    @property
    def standing(self) -> str:
        """The role of its generation in a word, or why it has none."""
        publisher = self.publisher
        if publisher.halted is not None:
            return "halted"
        if publisher.role is None:
            return "unknown"
        return "failing" if publisher.retrying.fails else publisher.role.name.lower()

    @property
    def is_sound(self) -> bool:
        """Whether what was folded is known to be of the logs that what is out rests on."""
        publisher = self.publisher
        return not self.stopped and publisher.halted is None and publisher.role is not None

    def next_offset(self, topic: str) -> int:
        """The offset of the next record to be folded of a topic."""
        batch = self._batches.get(topic)
        return batch.next_offset if batch else self.ledger.input(topic).next_offset

    def uncommitted(self, topic: str) -> int:
        """How many records of a topic are folded and not committed."""
        batch = self._batches.get(topic)
        return batch.records if batch else 0

    async def fold(self, topic: str, reader: InputReader, records: Sequence[Record]) -> None:
        """Fold records of one topic, which follow those that were folded before.

        At a record that stops the topic `stopped` says why, and the rest is not folded.
        """
        batch = self._batches.get(topic)
        if batch is None:
            batch = self._batches[topic] = Batch(self.ledger.fold, self.ledger.input(topic))
        items, next_offset = await self._read(topic, batch, reader, records)
        conflicts = len(batch.folded.changes.conflicts)
        try:
            known = self.ledger.known(topic, [item for _, item in items])
            changes = batch.folded.fold(items, known)
        except UnopenedError as error:
            del self._batches[topic]
            next_offset = self.ledger.input(topic).next_offset
            self.stop(topic, next_offset, Problem("day_not_opened", "", str(error)))
            return
        await self._quarantine_conflicts(topic, records, changes.conflicts[conflicts:])
        batch.next_offset = next_offset
        batch.records += len(records)
        if next_offset > records[-1].offset:  # else it is stopped before
            batch.last = last_record(records[-1])

    async def _read(
        self, topic: str, batch: Batch, reader: InputReader, records: Sequence[Record]
    ) -> tuple[list[tuple[int, Item]], int]:
        """What the records say, and the offset to go on from."""
        items: list[tuple[int, Item]] = []
        for record, read in zip(records, reader.read(records), strict=True):
            match read:
                case Fact():
                    items.append((record.offset, read))
                case PutAside(broken, unread):
                    await self._quarantine(topic, record, broken)
                    batch.folded.changes.counts["quarantined"] += 1
                    if unread is not None:
                        items.append((record.offset, unread))
                case Stopped(problem):
                    self.stop(topic, record.offset, problem)
                    return items, record.offset
                case _:
                    items.append((record.offset, read))
        return items, records[-1].offset + 1

    def commit(self, topic: str, *, behind: bool) -> None:
        """Keep what was folded of a topic. `behind`: there is much more to fold."""
        batch = self._batches.pop(topic, None)
        if batch is not None:
            changes = batch.folded.changes
            self.ledger.commit(topic, batch.next_offset, changes, batch.last)
            self.publisher.wake(behind=behind)
            report(self.ledger, topic, batch.closed_before, changes)

    async def _quarantine(self, topic: str, record: Record, broken: Broken) -> None:
        """Put a record aside, unless an earlier fold of it is known to have done so."""
        await self.publisher.cursor_known.wait()
        if not self.publisher.is_out(topic, record.offset):
            await self._put_aside(record, broken)
            failpoint("after-quarantine")

    async def _quarantine_conflicts(
        self, topic: str, records: Sequence[Record], conflicts: Sequence[tuple[int, Fact]]
    ) -> None:
        """Those of these records: operators look for what is held in the quarantine."""
        offsets = {offset for offset, _ in conflicts}
        for record in records:
            if record.offset in offsets:
                await self._quarantine(topic, record, Broken("place", [CONFLICTING]))

    async def close(self) -> None:
        """Publish what was folded, if the broker lets us, and let go of the ledger."""
        self.publisher.stop()
        try:
            if self._publishing is not None:
                await self._end_of(self._publishing)
        finally:
            self.ledger.close()

    async def _end_of(self, publishing: asyncio.Task[None]) -> None:
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await publishing
        except TimeoutError:
            log.warning("outputs are left for the next owner", partition=self.number)
        finally:
            publishing.cancel()
            with suppress(asyncio.CancelledError):
                await publishing

    def disown(self, topic: str, offset: int, problem: Problem) -> None:
        """Note that a topic is not the log that was folded: nothing is read of it, and nothing of
        the partition is said any more, for it may rest on records that nobody has."""
        self.stop(topic, offset, problem)
        self.publisher.halt(f"says nothing more: {topic} is not the log that was folded")

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
