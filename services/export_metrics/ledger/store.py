"""The ledger of one partition number."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from services.export_metrics.fold import Changes, Known
from services.export_metrics.ledger import files, rows


class Input(NamedTuple):
    """How far one input topic was folded."""

    next_offset: int = 0
    closed_through: date | None = None


class Unpublished(NamedTuple):
    """All outputs that the broker may not have yet, as of the transaction `batch`.

    `closed_through` is a day whose closing was not announced yet, if there is one.
    """

    batch: int
    inputs: dict[str, Input]
    contributions: list[rows.ContributionRow]
    triggers: list[rows.TriggerRow]
    closed_through: date | None


class Ledger:
    """Open from construction to `close`; used by one thread."""

    def __init__(self, data: Path, generation: int, partition: int) -> None:
        """Raises: LedgerLockedError, LedgerMismatchError."""
        self.partition = partition
        self.generation = generation
        path = files.ledger_path(data, generation, partition)
        self._lock = files.lock(path)
        try:
            self._db = files.connect(path, partition)
        except BaseException:
            self._lock.close()
            raise
        self.batch, self._published, announced = self._db.execute(
            "SELECT batch, published, closed_announced FROM fold"
        ).fetchone()
        self._announced = rows.day(announced)
        self.inputs = {
            topic: Input(next_offset, rows.day(closed))
            for topic, next_offset, closed in self._db.execute("SELECT * FROM inputs")
        }
        self.waiting: int = self._db.execute("SELECT count(*) FROM waiting").fetchone()[0]

    def close(self) -> None:
        self._db.close()
        self._lock.close()

    def input(self, topic: str) -> Input:
        return self.inputs.get(topic, Input())

    def known(self, topic: str, shipments: Iterable[str]) -> Known:
        """What a batch of `topic` about these shipments has to know."""
        ids = rows.json_list(set(shipments))
        found = self._db.execute(rows.SELECT_SHIPMENTS, (ids,))
        waiting = self._db.execute(rows.SELECT_WAITING, (ids,)) if self.waiting else ()
        return Known(
            closed_through=self.input(topic).closed_through,
            shipments={row[0]: rows.shipment(row) for row in found},
            waiting={(row[0], row[1]): rows.waiting(row) for row in waiting},
        )

    def commit(self, topic: str, next_offset: int, changes: Changes) -> None:
        """Keep what a batch changed, and how far it came: all or nothing."""
        batch = self.batch + 1
        with self._transaction() as db:
            db.executemany(rows.PUT_SHIPMENT, rows.shipments(changes.shipments))
            db.executemany(rows.ADD_TO_CONTRIBUTION, rows.additions(changes.totals, batch))
            db.executemany(rows.PUT_TRIGGER, rows.triggers(changes.said, topic, batch))
            db.executemany(rows.PUT_WAITING, rows.waiters(changes.now_waiting))
            db.executemany(rows.DROP_WAITING, changes.no_longer_waiting)
            db.execute(rows.PUT_INPUT, (topic, next_offset, rows.text(changes.closed_through)))
            db.execute("UPDATE fold SET batch = ?", (batch,))
        self.batch = batch
        self.inputs[topic] = Input(next_offset, changes.closed_through)
        self.waiting += len(changes.now_waiting) - len(changes.no_longer_waiting)

    def closed_through(self) -> date | None:
        """The last day that every input topic has closed."""
        closed = [input_.closed_through for input_ in self.inputs.values()]
        known = [day for day in closed if day is not None]
        return min(known) if known and len(known) == len(closed) else None

    def unpublished(self) -> Unpublished:
        """The outputs since the last `mark_published`."""
        closed = self.closed_through()
        return Unpublished(
            self.batch,
            dict(self.inputs),
            self._contributions_after(self._published),
            [
                rows.TriggerRow._make(row)
                for row in self._db.execute(rows.SELECT_TRIGGERS, (self._published,))
            ],
            None if closed == self._announced else closed,
        )

    def mark_published(self, outputs: Unpublished) -> None:
        """The broker has these outputs. Losing this costs no more than sending them again."""
        self._announced = outputs.closed_through or self._announced
        self._published = outputs.batch
        self._db.execute(
            "UPDATE fold SET published = ?, closed_announced = ?",
            (self._published, rows.text(self._announced)),
        )

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
