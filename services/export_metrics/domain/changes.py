"""What a batch needs to know of the ledger, and what it changes in it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from contracts.event import DayClosed
from services.export_metrics.domain.events import Fact, Release, Unread
from services.export_metrics.domain.figures import CellKey, Movement
from services.export_metrics.domain.risk import TriggerEvent
from services.export_metrics.domain.shipment import Shipment

CONFLICT = "conflict"

Item = Fact | DayClosed | Unread | Release
Ahead = dict[tuple[str, int], Fact]
"""Events ahead of a gap, by subject and ordinal."""


class UnopenedError(Exception):
    """An event stands before any day marker: the day it became known cannot be told."""


class Said(NamedTuple):
    """A trigger event, the offset of the input that caused it, and when its evidence happened."""

    offset: int
    event: TriggerEvent
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
    """What the barrier of its day shall know: a rule's event, or that a key waits (+1, -1).

    While a key waits, for a release or for a missing ordinal, its timers do not run out.
    """

    offset: int
    day: date
    key: str
    fact: Fact | None
    waits: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger held of the things that a batch is about."""

    closed_through: date | None
    shipments: Mapping[str, Shipment]
    ahead: Mapping[tuple[str, int], Fact]
    holds: tuple[Hold, ...] = ()
    """Those of the keys in the batch."""
    parked: Mapping[int, Fact] = field(default_factory=dict)
    """Events of the keys that are spoken of by a release, by the offset at which they arrived."""


@dataclass(slots=True)
class Changes:
    """What a batch does to the ledger. `totals` are sums to be added per cell and knowledge day."""

    closed_through: date | None
    shipments: dict[str, Shipment] = field(default_factory=dict)
    totals: dict[tuple[CellKey, date], Movement] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    staged: list[Staged] = field(default_factory=list)
    now_ahead: Ahead = field(default_factory=dict)
    no_longer_ahead: list[tuple[str, int]] = field(default_factory=list)
    now_parked: dict[int, Fact] = field(default_factory=dict)
    no_longer_parked: list[int] = field(default_factory=list)
    now_held: dict[Place, Hold] = field(default_factory=dict)
    released: list[Hold] = field(default_factory=list)
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
