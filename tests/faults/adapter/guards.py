"""The guards of the engine, each with what takes its place when a control takes it away."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer

from chassis.folding.batch import BatchFold
from chassis.folding.fold import Fold
from chassis.folding.ledger import aggregates, files, holds, snapshots
from chassis.folding.ledger.aggregates import Aggregates
from chassis.folding.ledger.store import Ledger
from chassis.folding.national.deciding import Deciding
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
from tests.faults.adapter.wrong_folds import Guard, nothing


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


_learn = BatchFold._learn


def _learn_this_alone(self: BatchFold, known: Any) -> None:
    self._known.clear()
    _learn(self, known)


def _check_the_partition_alone(db: sqlite3.Connection, path: Path, fold: Fold, number: int) -> None:
    (fingerprint,) = db.execute("SELECT fingerprint FROM fold").fetchone()
    _check(db, path, replace(fold, fingerprint=fingerprint), number)


_check, _follow = files._check, Deciding._follow


class _Endless:
    """A consumer by which nothing was there at the beginning."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._consumer, name)

    async def end_offsets(self, _: object) -> dict[Any, int]:
        return {}


async def _follow_at_once(self: Deciding, nation: Any, consumer: Any, producer: Any) -> None:
    endless: Any = _Endless(consumer)
    await _follow(self, nation, endless, producer)


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
    "a ledger is that of its partition": (files, "_check", nothing),
    "a log is known by its last record": (process, "check_logs", _all_are_ours),
    "a part knows what those before it knew": (BatchFold, "_learn", _learn_this_alone),
    "what was aborted is not folded": (process, "new_consumer", _new_consumer_of_all),
    "a record stands where its key belongs": (InputReader, "_straying", lambda *_: []),
    "what is broken is put aside first": (Partition, "_quarantine", _put_aside_later),
    "what waits is known when a ledger is opened": (Ledger, "_count", lambda *_: 0),
    "a release brings up what is parked": (holds, "parked", lambda *_: {}),
    "a ledger is that of its fold": (files, "_check", _check_the_partition_alone),
    "a snapshot has the files that it had": (snapshots, "require_sound", nothing),
    "the nation decides nothing before it has read all": (Deciding, "_follow", _follow_at_once),
    "the nation goes on from what is out": (Deciding, "_last_day", _nothing_found),
}
"""Guards of the process, and those of the fold that no sequence is likely to need."""


def take_away(guard: str) -> None:
    """Take a guard of `GUARDS` away, for as long as this process lives."""
    owner, name, instead = GUARDS[guard]
    setattr(owner, name, instead)
