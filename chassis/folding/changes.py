"""What a batch is made of, what it needs to know of the ledger, and what it changes in it."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple, Protocol

from contracts.event import DayClosed, Event

CONFLICT = "conflict"

State = Any
"""What a fold knows of one aggregate."""


class Fact(NamedTuple):
    """An event with its place: the `ordinal`-th of `subject`.

    `id`, `type` and `time` (RFC 3339) are its CloudEvents attributes, `key` is that of its record;
    `data` is its JSON, kept for as long as the event has to wait; `event` is what the fold reads
    in it.
    """

    subject: str
    ordinal: int
    id: str
    type: str
    time: str
    key: str
    data: bytes
    event: Any


class Unread(NamedTuple):
    """An event that is in quarantine, of which no more than its place could be read."""

    subject: str
    ordinal: int
    id: str
    type: str
    key: str
    reason: str


class Release(NamedTuple):
    """The owner's word on an event that is held: told again as `fact`, or without effect."""

    fact: Fact
    reason: str


class Passed(NamedTuple):
    """An event that has its place and no other meaning to the fold."""


Item = Fact | DayClosed | Unread | Release
Ahead = dict[tuple[str, int], Fact]
"""Events ahead of a gap, by subject and ordinal."""


class UnopenedError(Exception):
    """An event stands before any day marker: the day it became known cannot be told."""


class Movement(Protocol):
    """What is added to a cell: a tuple of the cell and its measures, whole numbers or None."""

    @property
    def cell(self) -> Hashable: ...
    def __getitem__(self, at: Any, /) -> Any: ...


class Said(NamedTuple):
    """A decision, the offset of the input that caused it, and when its evidence happened."""

    offset: int
    event: Event
    evidence_time: str


Place = tuple[str, str, int, str]
"""What a release names: key, subject, ordinal and id of an event."""


class Hold(NamedTuple):
    """An event that stands in quarantine, or has another's ordinal: its key waits for a release."""

    key: str
    subject: str
    ordinal: int
    event_id: str
    reason: str
    since: date

    @property
    def place(self) -> Place:
        return self[:4]


class Staged(NamedTuple):
    """What the barrier of its day shall know: an event for the rules, or that a key waits (+1, -1).

    While a key waits, for a release or for a missing ordinal, its timers do not run out.
    """

    offset: int
    day: date
    key: str
    fact: Fact | None
    waits: int = 0


class Aggregate(NamedTuple):
    """`placed` are the ids of the events placed so far, 16 bytes each, in their order."""

    placed: bytes
    state: State


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger held of the things that a batch is about."""

    closed_through: date | None
    aggregates: Mapping[str, Aggregate]
    ahead: Mapping[tuple[str, int], Fact]
    holds: tuple[Hold, ...] = ()
    """Those of the keys in the batch."""
    parked: Mapping[int, Fact] = field(default_factory=dict)
    """Events of the keys that are spoken of by a release, by the offset at which they arrived."""


Totals = dict[Any, Any]
"""Sums of movements by cell."""
DayTotals = defaultdict[date, Totals]
"""The same by knowledge day."""


@dataclass(slots=True)
class Changes:
    """What a batch does to the ledger. `totals` are to be added, by knowledge day."""

    closed_through: date | None
    aggregates: dict[str, Aggregate] = field(default_factory=dict)
    totals: DayTotals = field(default_factory=lambda: defaultdict(dict))
    said: list[Said] = field(default_factory=list)
    staged: list[Staged] = field(default_factory=list)
    now_ahead: Ahead = field(default_factory=dict)
    no_longer_ahead: set[tuple[str, int]] = field(default_factory=set)
    now_parked: dict[int, Fact] = field(default_factory=dict)
    no_longer_parked: set[int] = field(default_factory=set)
    now_held: dict[Place, Hold] = field(default_factory=dict)
    released: set[Hold] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    conflicts: list[tuple[int, Fact]] = field(default_factory=list)
    marker_jumps: list[DayClosed] = field(default_factory=list)


def knowledge_day(closed_through: date | None) -> date:
    """The day on which what comes next becomes known: the one after the last that was closed.

    Raises: UnopenedError when none was.
    """
    if closed_through is None:
        raise UnopenedError("an event stands before the opening day marker of its topic")
    return closed_through + timedelta(days=1)
