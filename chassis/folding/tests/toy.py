"""A fold of a few lines, so that the engine is tested without any service: counts by name."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, ClassVar, NamedTuple
from uuid import NAMESPACE_OID, uuid5

from msgspec.json import decode

from chassis.folding.batch import BatchFold
from chassis.folding.changes import Aggregate, Fact, Item
from chassis.folding.fold import Cells, Change, Fold, Packed
from chassis.folding.ledger.store import Ledger
from contracts import topics
from contracts.codec import to_kafka
from contracts.envelope import Envelope, source_of
from contracts.event import DayClosed, Event
from contracts.export_metrics import Contribution, Cursor, PartitionClosed
from contracts.topic import Topic
from contracts.topics import CONTROL

OPENED = date(2026, 3, 1)
TODAY = date(2026, 3, 2)
TIME = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


class Counted(Event):
    """Something was counted."""

    owner: ClassVar[str] = "counting"

    name: str
    by: int


COUNTS = Topic(
    name="counting.counts.v1",
    owner="counting",
    key="counter id",
    summary="Counts.",
    events=(Counted, *CONTROL),
    partitions=1,
)


class Cell(NamedTuple):
    name: str


class Moved(NamedTuple):
    cell: Cell
    by: int


class Sum(NamedTuple):
    cell: Cell | None = None
    total: int = 0


class Counts:
    """What is published of counts; its records are never looked at."""

    cell_type = Cell
    measures = 1
    contribution_type = Contribution

    def contribution(
        self,
        generation: int,
        partition: int,
        day: str,
        cell: Cell,
        measures: Sequence[int | None],
    ) -> tuple[str, bytes]:
        return f"{generation}/{partition}/{day}/{cell.name}", repr(measures).encode()


class CountFigures:
    rest_on = COUNTS
    kinds = (Counts(),)
    closed_type = PartitionClosed
    cursor_type = Cursor

    def statistics(self, generation: int) -> Topic:
        return topics.statistics(generation)

    def cursors(self, generation: int) -> Topic:
        return topics.cursors(generation)


def evolve(state: Sum, fact: Fact, _: date) -> Change:
    moved: Moved = fact.event
    return Sum(moved.cell, state.total + moved.by), (moved,), ()


def _read(data: bytes) -> Moved:
    counted = decode(data)
    return Moved(Cell(counted["name"]), counted["by"])


def _pack(state: Sum, cells: Cells) -> Packed:
    return (None if state.cell is None else cells.number_of(state.cell), state.total)


def _unpack(packed: Packed, cells: Cells) -> Sum:
    number, total = packed
    return Sum(None if number is None else cells.cell_of(number), total)


COUNTING = Fold(
    name="counting",
    fingerprint="counts/1",
    inputs=(COUNTS,),
    readings={Counted: _read},
    initial=Sum(),
    evolve=evolve,
    pack=_pack,
    unpack=_unpack,
    figures=CountFigures(),
)


def id_of(name: object) -> str:
    return str(uuid5(NAMESPACE_OID, str(name)))


def counted(counter: object, ordinal: int, name: str, by: int = 1) -> Fact:
    """The `ordinal`-th event of a counter: `by` were counted of `name`."""
    event = Counted(name=name, by=by)
    subject, event_id = id_of(counter), id_of((counter, ordinal, name, by))
    type_, data = event.event_type(), event.encode()
    return Fact(subject, ordinal, event_id, type_, TIME.isoformat(), subject, data, _read(data))


def fold_items(ledger: Ledger, *items: Item) -> None:
    """Fold these items as one batch, after a day marker where none was folded before."""
    start = ledger.input(COUNTS.name).next_offset
    opening = [] if start else [DayClosed(topic=COUNTS.name, through=OPENED)]
    placed = list(enumerate([*opening, *items], start))
    known = ledger.known(COUNTS.name, [item for _, item in placed])
    changes = BatchFold(ledger.fold, known.closed_through).fold(placed, known)
    ledger.commit(COUNTS.name, start + len(placed), changes)


def aggregates(ledger: Ledger, *counters: object) -> dict[object, Aggregate]:
    """What the ledger knows of these counters."""
    known = ledger.known(COUNTS.name, [counted(each, 1, "any") for each in counters]).aggregates
    return {each: known[id_of(each)] for each in counters if id_of(each) in known}


def figures(ledger: Ledger) -> dict[tuple[str, str], Any]:
    """Day and name to what was counted."""
    return {(row.day, row.cell.name): row.measures[0] for row in ledger.contributions()}


class WireRecord(NamedTuple):
    """A Kafka record as the client gives it."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    partition: int = 0
    topic: str = COUNTS.name
    timestamp: int = 1_772_000_000_000


def record_of(offset: int, fact: Fact) -> WireRecord:
    """A fact as its owner writes it."""
    envelope = Envelope(
        id=fact.id,
        source=source_of(COUNTS.owner),
        type=fact.type,
        time=datetime.fromisoformat(fact.time),
        subject=fact.subject,
        dataschema=Counted.dataschema(),
        data=fact.data,
        partitionkey=fact.key,
        sequence=fact.ordinal,
    )
    key, value, headers = to_kafka(envelope)
    return WireRecord(offset, key, value, tuple(headers))
