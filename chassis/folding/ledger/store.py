"""The ledger of one partition number."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

import structlog

from chassis.folding.changes import Changes, Fact, Item, Known, Release
from chassis.folding.failpoints import failpoint
from chassis.folding.fold import Fold
from chassis.folding.ledger import barriers, files, holds, rows
from chassis.folding.ledger.cells import PUT_CELL
from chassis.folding.ledger.closings import Closings
from chassis.folding.ledger.contributions import ContributionRow, Contributions
from chassis.folding.ledger.identity import LastRecord
from chassis.folding.ledger.kinds import Kinds
from chassis.folding.ledger.logs import LogId, Logs
from chassis.folding.ledger.states import StatesError
from contracts.event import DayClosed

log = structlog.get_logger()


class Input(NamedTuple):
    """How far one input topic was folded. `last` is the last record of it."""

    next_offset: int = 0
    closed_through: date | None = None
    last: LastRecord | None = None


class Unpublished(NamedTuple):
    """All outputs that the broker may not have yet, as of the transaction `batch`.

    `closings` is what is known of closed days and held events; `closings_changed` says whether the
    broker was told so already. `logs` are those that the inputs were read of, as far as known.
    """

    batch: int
    inputs: dict[str, Input]
    barrier_day: date | None
    contributions: list[ContributionRow]
    said: list[rows.SaidRow]
    closings: Closings | None
    closings_changed: bool
    logs: Mapping[str, LogId] = {}


class Ledger:
    """Open from construction to `close`; used by one thread."""

    def __init__(
        self,
        fold: Fold,
        data: Path,
        generation: int,
        partition: int,
        restore: files.Restore = files.nothing_to_restore,
    ) -> None:
        """Raises: LedgerLockedError, LedgerMismatchError, and what `restore` raises."""
        self.fold = fold
        self.partition = partition
        self.generation = generation
        self._sources = fold.sources()
        self.path = files.ledger_path(data, fold.name, generation, partition)
        self._lock = files.lock(self.path)
        failpoint("after-lock")
        try:
            self._db, self._aggregates, self._cells = files.connect(
                self.path, fold, partition, restore
            )
        except BaseException:
            self._lock.close()
            raise
        self.batch, self._published, announced, barrier_day = self._db.execute(
            "SELECT batch, published, announced, barrier_day FROM fold"
        ).fetchone()
        self._announced = None if announced is None else Closings.of_text(announced)
        self.barrier_day = rows.day(barrier_day)
        """The last day whose rules were decided."""
        readings = fold.reading_of()
        self._fact = rows.facts(readings)
        self._contributions = Contributions(
            self._db, self._cells, Kinds(fold.figures.kinds), self._published
        )
        self._barriers = fold.rules and barriers.Barriers(self._db, fold.rules, readings)
        self.inputs = {
            topic: Input(next_offset, rows.day(closed), LastRecord.of(offset, hash_))
            for topic, next_offset, closed, offset, hash_ in self._db.execute(
                "SELECT * FROM inputs"
            )
        }
        self.logs = Logs(self._db)
        """Which logs the input topics are, as far as that was noted."""
        self.ahead = self._count("ahead")
        """Events ahead of a gap."""
        self.held = self._count("holds") + self._count("parked")
        """Events that are held, or wait behind those."""

    def close(self) -> None:
        try:
            self._aggregates.close()
        except StatesError as error:  # nothing is lost: what it could not write is kept here too
            log.warning("states were not written", partition=self.partition, error=str(error))
        finally:
            self._db.close()
            self._lock.close()

    def checkpoint_states(self, folder: Path) -> None:
        """Have `folder` hold the states as they are after the last batch. Raises: StatesError."""
        self._aggregates.checkpoint(folder)

    def input(self, topic: str) -> Input:
        return self.inputs.get(topic, Input())

    def known(self, topic: str, items: Collection[Item]) -> Known:
        """What a batch of these items of `topic` has to know."""
        source = self._sources[topic]
        if not (self.held or self.ahead) and all(type(item) is Fact for item in items):
            subjects = {item.subject for item in items if isinstance(item, Fact)}
            found = self._aggregates.get(source, subjects)
            return Known(self.input(topic).closed_through, found, {})
        about = [item.fact if isinstance(item, Release) else item for item in items]
        placed = [item for item in about if not isinstance(item, DayClosed)]
        keys = {item.key for item in placed} if self.held else ()
        parked: dict[int, Fact] = {}
        if released := {item.fact.key for item in items if isinstance(item, Release)}:
            parked = holds.parked(self._db, source, released, self._fact)
        subjects = {item.subject for item in placed} | {f.subject for f in parked.values()}
        ahead: Mapping[tuple[str, int], Fact] = {}
        if self.ahead:
            ahead = holds.ahead(self._db, source, rows.json_list(subjects), self._fact)
        return Known(
            closed_through=self.input(topic).closed_through,
            aggregates=self._aggregates.get(source, subjects),
            ahead=ahead,
            holds=holds.holds(self._db, source, keys) if keys else (),
            parked=parked,
        )

    def commit(
        self, topic: str, next_offset: int, changes: Changes, last: LastRecord | None = None
    ) -> None:
        """Keep what a batch changed, and how far it came, and decide what it makes due: all or
        nothing. `last` is the last record of the batch."""
        batch, source = self.batch + 1, self._sources[topic]
        now = Input(next_offset, changes.closed_through, last or self.input(topic).last)
        inputs = self.inputs | {topic: now}
        barrier_day = self._next_barrier(inputs)
        with self._transaction() as db:
            states = self._aggregates.write(batch, source, changes.aggregates)
            self._contributions.add(batch, changes.totals)
            db.executemany(rows.PUT_SAID, rows.said(changes.said, topic, batch))
            holds.write(db, source, changes)
            if self._barriers:
                barriers.stage(db, source, changes.staged)
                if barrier_day is not None and barrier_day != self.barrier_day:
                    moved = self._barriers.run(self.barrier_day, barrier_day, batch)
                    self._contributions.add(batch, moved)
            db.executemany(PUT_CELL, self._cells.new())
            db.execute(
                "INSERT OR REPLACE INTO inputs VALUES (?, ?, ?, ?, ?)",
                (topic, next_offset, rows.text(now.closed_through), *(now.last or (None, None))),
            )
            db.execute("UPDATE fold SET batch = ?", (batch,))
            failpoint("before-ledger-commit")
        self._cells.stored()
        self._contributions.stored(batch)
        failpoint("after-ledger-commit")
        self.batch, self.inputs, self.barrier_day = batch, inputs, barrier_day
        self.ahead += len(changes.now_ahead) - len(changes.no_longer_ahead)
        self.held += len(changes.now_held) - len(changes.released)
        self.held += len(changes.now_parked) - len(changes.no_longer_parked)
        self._aggregates.written(batch, states)
        failpoint("after-states-written")

    def _next_barrier(self, inputs: dict[str, Input]) -> date | None:
        """The last day that every input topic has closed; None until all have opened, and for a
        fold that waits for none."""
        if self._barriers is None:
            return None
        closed = [inputs.get(topic, Input()).closed_through for topic in self._sources]
        known = [day for day in closed if day is not None]
        return min(known) if len(known) == len(closed) else self.barrier_day

    def unpublished(self) -> Unpublished:
        """The outputs since the last `mark_published`."""
        closings = self.closings()
        return Unpublished(
            self.batch,
            dict(self.inputs),
            self.barrier_day,
            self._contributions.unpublished(),
            [rows.SaidRow._make(x) for x in self._db.execute(rows.SELECT_SAID, (self._published,))],
            closings,
            closings != self._announced,
            dict(self.logs),
        )

    def said(self) -> list[rows.SaidRow]:
        """All that was ever decided, in its order."""
        return [rows.SaidRow._make(row) for row in self._db.execute(rows.SELECT_SAID, (-1,))]

    def closings(self) -> Closings | None:
        """What is known of closed days and held events; None before a topic of figures opened."""
        closed = {topic: input_.closed_through for topic, input_ in self.inputs.items()}
        return Closings.of(self.fold.figures.rest_on.name, closed, self.held)

    def held_keys(self) -> list[holds.Held]:
        """Everything that is held, in the order of topics and keys."""
        return holds.everything(self._db, self._sources)

    def mark_published(self, outputs: Unpublished) -> None:
        """The broker has these outputs. Losing this costs no more than sending them again."""
        self._announced = outputs.closings or self._announced
        self._published = outputs.batch
        self._contributions.published(outputs.batch)
        self._db.execute(
            "UPDATE fold SET published = ?, announced = ?",
            (self._published, self._announced and self._announced.text()),
        )

    def contributions(self) -> list[ContributionRow]:
        """All of them, in the order of their days."""
        return self._contributions.everything()

    def _count(self, table: str) -> int:
        counted: int = self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - a table of ours
        return counted

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
            self._db.execute("COMMIT")
        except BaseException:
            self._contributions.not_stored()
            if self._db.in_transaction:  # some failures have rolled back already
                self._db.execute("ROLLBACK")
            self._cells.not_stored()
            raise
