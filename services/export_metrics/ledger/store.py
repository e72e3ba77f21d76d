"""The ledger of one partition number."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from contracts.event import DayClosed
from services.export_metrics.domain.changes import Changes, Hold, Item, Known
from services.export_metrics.domain.events import Fact, Release
from services.export_metrics.failpoints import failpoint
from services.export_metrics.ledger import barriers, files, holds, rows
from services.export_metrics.ledger.closings import Closings
from services.export_metrics.settings import INPUTS

_SOURCES = {topic.name: number for number, topic in enumerate(INPUTS)}


class Input(NamedTuple):
    """How far one input topic was folded."""

    next_offset: int = 0
    closed_through: date | None = None


class Unpublished(NamedTuple):
    """All outputs that the broker may not have yet, as of the transaction `batch`.

    `closings` is what is known of closed days and held events; `closings_changed` says whether the
    broker was told so already.
    """

    batch: int
    inputs: dict[str, Input]
    barrier_day: date | None
    contributions: list[rows.ContributionRow]
    triggers: list[rows.TriggerRow]
    closings: Closings | None
    closings_changed: bool


class Held(NamedTuple):
    """A hold, its topic, and how many events wait behind its key."""

    topic: str
    hold: Hold
    waiting: int


class Ledger:
    """Open from construction to `close`; used by one thread."""

    def __init__(self, data: Path, generation: int, partition: int) -> None:
        """Raises: LedgerLockedError, LedgerMismatchError."""
        self.partition = partition
        self.generation = generation
        path = files.ledger_path(data, generation, partition)
        self._lock = files.lock(path)
        failpoint("after-lock")
        try:
            self._db = files.connect(path, partition)
        except BaseException:
            self._lock.close()
            raise
        self.batch, self._published, announced, barrier_day = self._db.execute(
            "SELECT batch, published, announced, barrier_day FROM fold"
        ).fetchone()
        self._announced = None if announced is None else Closings.of_text(announced)
        self.barrier_day = rows.day(barrier_day)
        """The last day whose rules were decided."""
        self.inputs = {
            topic: Input(next_offset, rows.day(closed))
            for topic, next_offset, closed in self._db.execute("SELECT * FROM inputs")
        }
        self.ahead = self._count("ahead")
        """Events ahead of a gap."""
        self.held = self._count("holds") + self._count("parked")
        """Events that are held, or wait behind those."""

    def close(self) -> None:
        self._db.close()
        self._lock.close()

    def input(self, topic: str) -> Input:
        return self.inputs.get(topic, Input())

    def known(self, topic: str, items: Collection[Item]) -> Known:
        """What a batch of these items of `topic` has to know."""
        source = _SOURCES[topic]
        about = [item.fact if isinstance(item, Release) else item for item in items]
        placed = [item for item in about if not isinstance(item, DayClosed)]
        keys = {item.key for item in placed} if self.held else ()
        parked: dict[int, Fact] = {}
        if released := {item.fact.key for item in items if isinstance(item, Release)}:
            parked = holds.parked(self._db, source, released)
        subjects = {item.subject for item in placed} | {f.subject for f in parked.values()}
        wanted = rows.json_list(subjects)
        found = self._db.execute(rows.SELECT_SHIPMENTS, (wanted, source))
        return Known(
            closed_through=self.input(topic).closed_through,
            shipments={row[1]: rows.shipment(row) for row in found},
            ahead=holds.ahead(self._db, source, wanted) if self.ahead else {},
            holds=holds.holds(self._db, source, keys) if keys else (),
            parked=parked,
        )

    def commit(self, topic: str, next_offset: int, changes: Changes) -> None:
        """Keep what a batch changed, and how far it came, and decide what it makes due: all or
        nothing."""
        batch, source = self.batch + 1, _SOURCES[topic]
        inputs = self.inputs | {topic: Input(next_offset, changes.closed_through)}
        barrier_day = self._next_barrier(inputs)
        with self._transaction() as db:
            db.executemany(rows.PUT_SHIPMENT, rows.shipments(source, changes.shipments))
            db.executemany(rows.ADD_TO_CONTRIBUTION, rows.additions(changes.totals, batch))
            db.executemany(rows.PUT_TRIGGER, rows.triggers(changes.said, topic, batch))
            holds.write(db, source, changes)
            barriers.stage(db, source, changes.staged)
            if barrier_day is not None and barrier_day != self.barrier_day:
                barriers.run(db, self.barrier_day, barrier_day, batch)
            db.execute(rows.PUT_INPUT, (topic, next_offset, rows.text(changes.closed_through)))
            db.execute("UPDATE fold SET batch = ?", (batch,))
            failpoint("before-ledger-commit")
        failpoint("after-ledger-commit")
        self.batch, self.inputs, self.barrier_day = batch, inputs, barrier_day
        self.ahead += len(changes.now_ahead) - len(changes.no_longer_ahead)
        self.held += len(changes.now_held) - len(changes.released)
        self.held += len(changes.now_parked) - len(changes.no_longer_parked)

    def _next_barrier(self, inputs: dict[str, Input]) -> date | None:
        """The last day that every input topic has closed; None until all have opened."""
        closed = [inputs.get(topic, Input()).closed_through for topic in _SOURCES]
        known = [day for day in closed if day is not None]
        return min(known) if len(known) == len(closed) else self.barrier_day

    def unpublished(self) -> Unpublished:
        """The outputs since the last `mark_published`."""
        closings = self.closings()
        return Unpublished(
            self.batch,
            dict(self.inputs),
            self.barrier_day,
            self._contributions_after(self._published),
            [
                rows.TriggerRow._make(row)
                for row in self._db.execute(rows.SELECT_TRIGGERS, (self._published,))
            ],
            closings,
            closings != self._announced,
        )

    def closings(self) -> Closings | None:
        """What is known of closed days and held events; None before a topic of figures opened."""
        return Closings.of(
            {topic: input_.closed_through for topic, input_ in self.inputs.items()}, self.held
        )

    def held_keys(self) -> list[Held]:
        """Everything that is held, in the order of topics and keys."""
        return [
            Held(topic, hold, waiting.get(hold.key, 0))
            for topic, source in _SOURCES.items()
            for waiting in [holds.parked_by_key(self._db, source)]
            for hold in holds.all_holds(self._db, source)
        ]

    def mark_published(self, outputs: Unpublished) -> None:
        """The broker has these outputs. Losing this costs no more than sending them again."""
        self._announced = outputs.closings or self._announced
        self._published = outputs.batch
        self._db.execute(
            "UPDATE fold SET published = ?, announced = ?",
            (self._published, self._announced and self._announced.text()),
        )

    def _count(self, table: str) -> int:
        counted: int = self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - a table of ours
        return counted

    def contributions(self) -> list[rows.ContributionRow]:
        """All of them, in the order of their keys."""
        return sorted(self._contributions_after(0))

    def _contributions_after(self, batch: int) -> list[rows.ContributionRow]:
        found = self._db.execute(rows.SELECT_CONTRIBUTIONS, (batch,))
        return [rows.ContributionRow._make(row) for row in found]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # some failures have rolled back already
                self._db.execute("ROLLBACK")
            raise
