"""The guards of the engine and of what it folds, each with what takes its place when a control
takes it away."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import date
from typing import Any

from aiokafka import AIOKafkaConsumer

from chassis.folding import batch as batch_module
from chassis.folding.batch import BatchFold
from chassis.folding.changes import Changes, Staged, knowledge_day
from chassis.folding.ledger import aggregates, barriers, files, holds
from chassis.folding.ledger.aggregates import Aggregates
from chassis.folding.ledger.store import Ledger
from chassis.folding.national.deciding import Deciding
from chassis.folding.placing import Placement, place
from chassis.folding.publishing import bus, cursors, publisher
from chassis.folding.publishing.log import reading
from chassis.folding.publishing.out import Out
from chassis.folding.publishing.publisher import Publisher
from chassis.folding.publishing.sending import Producer
from chassis.folding.reading.record import InputReader
from chassis.folding.running import process
from chassis.folding.running.bus import PartitionBus
from chassis.folding.running.consumer import new_consumer
from chassis.folding.running.partition import Partition
from contracts.event import DayClosed
from services.export_metrics import rules
from services.export_metrics.domain import exporters
from services.export_metrics.domain.exporters import ExporterCell
from services.export_metrics.domain.invoice import Invoice

Guard = tuple[object, str, object]
"""Where it is, its name, and what it becomes."""


def _nothing(*_: object) -> None:
    """In place of what does something."""


def _placing(instead: dict[Placement, Placement]) -> object:
    def misplace(aggregate: Any, ordinal: int, event_id: bytes) -> Placement:
        placed = place(aggregate, ordinal, event_id)
        return instead.get(placed, placed)

    return misplace


_learn = BatchFold._learn


def _learn_anew(self: BatchFold, known: Any) -> None:
    """As if no earlier part of the batch had changed what the ledger held."""
    changes, self.changes = self.changes, Changes(None)
    _learn(self, known)
    self.changes = changes


def _learn_this_alone(self: BatchFold, known: Any) -> None:
    self._known.clear()
    _learn(self, known)


def _close_any_day(self: BatchFold, marker: DayClosed) -> None:
    self.changes.closed_through = marker.through
    self._day = knowledge_day(marker.through)


def _first_source(self: Ledger, inputs: Any) -> date | None:
    """The last day that any input topic has closed."""
    known = [each.closed_through for each in inputs.values() if each.closed_through is not None]
    return max(known, default=None)


_stage = barriers.stage


def _stage_no_waits(db: sqlite3.Connection, source: int, staged: Sequence[Staged]) -> None:
    _stage(db, source, [each for each in staged if not each.waits])


def _same_cell(cell: ExporterCell | None, _: object) -> ExporterCell | None:
    return cell


_apply = rules._apply


def _apply_without_buyers(staged: Any, _: Any, invoices: Any) -> None:
    """To what is known of the day alone: an order placed before has no buyer."""
    _apply(staged, {}, invoices)


_UNORDERED = barriers._SELECT_STAGED.replace("offset, number", "-offset, number")
_DUPLICATE, _CONFLICT, _AHEAD = Placement.DUPLICATE, Placement.CONFLICT, Placement.AHEAD
WRONG_FOLDS: dict[str, Guard] = {
    "copies count": (batch_module, "place", _placing({_DUPLICATE: Placement.NEXT})),
    "conflicts are copies": (batch_module, "place", _placing({_CONFLICT: _DUPLICATE})),
    "conflicts count": (batch_module, "place", _placing({_CONFLICT: Placement.NEXT})),
    "first come, first folded": (batch_module, "place", _placing({_AHEAD: Placement.NEXT})),
    "gaps do not heal": (BatchFold, "_heal", _nothing),
    "what is early is forgotten": (BatchFold, "_wait", _nothing),
    "nothing is held": (BatchFold, "_hold", _nothing),
    "what was held back stays away": (BatchFold, "_unpark", _nothing),
    "what is missing is not released": (BatchFold, "_is_missing", _nothing),
    "a part knows nothing of those before it": (BatchFold, "_learn", _learn_anew),
    "an old marker opens its day again": (BatchFold, "_close", _close_any_day),
    "barriers wait for no other source": (Ledger, "_next_barrier", _first_source),
    "timers run while a key waits": (barriers, "stage", _stage_no_waits),
    "barriers know nothing": (barriers, "stage", _nothing),
    "barriers have no order": (barriers, "_SELECT_STAGED", _UNORDERED),
    "an exporter stays in its first month": (exporters, "in_month", _same_cell),
    "an exporter stays as it was described first": (exporters, "restamped", _same_cell),
    "who placed an order is forgotten": (rules, "_apply", _apply_without_buyers),
    "what is void is owed": (Invoice, "receivable", Invoice.exposure),
}
"""Guards of the fold."""


@contextmanager
def _autocommit(ledger: Ledger) -> Iterator[sqlite3.Connection]:
    """Without the keys over which a second attempt at a batch would stumble."""
    ledger._db.execute("DELETE FROM redo WHERE batch > ?", (ledger.batch,))
    try:
        yield ledger._db
    except BaseException:
        ledger._contributions.not_stored()
        ledger._cells.not_stored()
        raise


_write = Aggregates.write


def _keep_no_redo(self: Aggregates, *what: Any) -> Any:
    written = _write(self, *what)
    self._db.execute("DELETE FROM redo")
    return written


def _take_any_states(self: Aggregates) -> None:
    for number, states in self._db.execute("SELECT * FROM redo ORDER BY batch").fetchall():
        self._states.put(number, aggregates._decode_redo(states))


async def _all_are_ours(*_: object) -> dict[Any, Any]:
    return {}


_started_as = bus.started_as


@asynccontextmanager
async def _look_then_start(role: Any, broker: Any) -> AsyncIterator[Producer]:
    looked = await type(broker).read_cursor(broker, 1)

    async def remembered(_: int) -> Any:
        return looked

    broker.read_cursor = remembered
    async with _started_as(role, broker) as producer:
        yield producer


def _reading_all(
    bootstrap: str, _: str = "", **options: Any
) -> AbstractAsyncContextManager[AIOKafkaConsumer]:
    return reading(bootstrap, "read_uncommitted", **options)


_new_consumer = new_consumer


def _new_consumer_of_all(*what: Any) -> AIOKafkaConsumer:
    consumer = _new_consumer(*what)
    consumer._isolation_level = "read_uncommitted"
    return consumer


_new_producer = PartitionBus.new_producer


def _own_producer(self: PartitionBus, role: Any) -> Any:
    """One that fences no other: its transactional id is that of this object alone."""
    producer: Any = _new_producer(self, role)
    producer._txn_manager.transactional_id += f"-{id(self)}"
    return producer


_quarantine = Partition._quarantine
_LATER: set[Awaitable[None]] = set()


async def _put_aside_later(self: Partition, *what: Any) -> None:
    _LATER.add(asyncio.ensure_future(_quarantine(self, *what)))


_due = Publisher._due


def _figures_first(self: Publisher) -> Any:
    """What is decided would be told another time."""
    unpublished, _ = _due(self)
    return unpublished, []


async def _nothing_found(*_: object) -> None:
    """In place of what finds something."""


GUARDS: dict[str, Guard] = {
    "a former owner is fenced": (PartitionBus, "new_producer", _own_producer),
    "the cursor is read after fencing": (publisher, "started_as", _look_then_start),
    "an aborted cursor is none": (cursors, "reading", _reading_all),
    "what is behind the cursor is silent": (Out, "is_reached_by", lambda *_: True),
    "triggers before the cursor are dropped": (Out, "has", lambda *_: False),
    "a transaction has all that is due": (Publisher, "_due", _figures_first),
    "a batch is one transaction": (Ledger, "_transaction", _autocommit),
    "states are kept until they are in files": (Aggregates, "write", _keep_no_redo),
    "states are those of their ledger": (Aggregates, "_redo", _take_any_states),
    "a ledger is that of its partition": (files, "_check", _nothing),
    "a log is known by its last record": (process, "check_logs", _all_are_ours),
    "a part knows what those before it knew": (BatchFold, "_learn", _learn_this_alone),
    "what was aborted is not folded": (process, "new_consumer", _new_consumer_of_all),
    "a record stands where its key belongs": (InputReader, "_straying", lambda *_: []),
    "what is broken is put aside first": (Partition, "_quarantine", _put_aside_later),
    "what waits is known when a ledger is opened": (Ledger, "_count", lambda *_: 0),
    "a release brings up what is parked": (holds, "parked", lambda *_: {}),
    "the nation goes on from what is out": (Deciding, "_last_day", _nothing_found),
}
"""Guards of the process, and those of the fold that no sequence is likely to need."""


def take_away(guard: str) -> None:
    """Take a guard of `GUARDS` away, for as long as this process lives."""
    owner, name, instead = GUARDS[guard]
    setattr(owner, name, instead)
