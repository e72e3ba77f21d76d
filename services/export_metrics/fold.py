"""Folding a batch: pure, from what the ledger holds to what changes in it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from contracts.event import DayClosed
from services.export_metrics.domain.events import Fact
from services.export_metrics.domain.figures import CellKey, Movement
from services.export_metrics.domain.risk import RULE_VERSIONS, TriggerEvent
from services.export_metrics.domain.shipment import (
    UNKNOWN,
    Placement,
    Shipment,
    evolve,
    id_bytes,
    place,
)

DEFINITION = "export-statistics/1"
FINGERPRINT = " ".join([DEFINITION, *(f"{rule}/{v}" for rule, v in RULE_VERSIONS.items())])
"""Names what this fold does. Whoever changes what it computes changes this."""

Waiting = dict[tuple[str, int], Fact]
"""Events ahead of a gap, by shipment and ordinal."""


class UnopenedError(Exception):
    """An event stands before any day marker: the day it became known cannot be told."""


class Said(NamedTuple):
    """A trigger event, the offset of the input that caused it, and when its evidence happened."""

    offset: int
    event: TriggerEvent
    evidence_time: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger held of the things that a batch is about."""

    closed_through: date | None
    shipments: Mapping[str, Shipment]
    waiting: Mapping[tuple[str, int], Fact]


@dataclass(slots=True)
class Changes:
    """What a batch does to the ledger. `totals` are sums to be added per cell and knowledge day."""

    closed_through: date | None
    shipments: dict[str, Shipment] = field(default_factory=dict)
    totals: dict[tuple[CellKey, date], Movement] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    now_waiting: Waiting = field(default_factory=dict)
    no_longer_waiting: list[tuple[str, int]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    conflicts: list[Fact] = field(default_factory=list)
    marker_jumps: list[DayClosed] = field(default_factory=list)


def knowledge_day(closed_through: date | None) -> date:
    """The day on which what comes next becomes known: the one after the last that was closed.

    Raises: UnopenedError when none was.
    """
    if closed_through is None:
        raise UnopenedError("an event stands before the opening day marker of its topic")
    return closed_through + timedelta(days=1)


class BatchFold:
    """Folds the items of one partition of one topic, in their order."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._waiting: Waiting = dict(known.waiting)
        self.changes = Changes(known.closed_through)

    def fold(self, items: Iterable[tuple[int, Fact | DayClosed]]) -> Changes:
        """Fold items, each with its offset.

        Raises: UnopenedError; nothing of the batch is then to be kept.
        """
        for offset, item in items:
            if isinstance(item, DayClosed):
                self._close(item)
            else:
                self._place(offset, item)
        return self.changes

    def _close(self, marker: DayClosed) -> None:
        last = self.changes.closed_through
        if last is not None and marker.through <= last:
            self.changes.counts["duplicate"] += 1
            return
        if marker.previous != last:
            self.changes.marker_jumps.append(marker)
        self.changes.closed_through = marker.through
        self.changes.counts["handled"] += 1

    def _place(self, offset: int, fact: Fact) -> None:
        day = knowledge_day(self.changes.closed_through)
        event_id = id_bytes(fact.id)
        shipment = self._shipment(fact.shipment)
        match place(shipment, fact.ordinal, event_id):
            case Placement.NEXT:
                self._heal(self._fold_one(shipment, offset, fact, event_id, day), offset, fact, day)
            case Placement.AHEAD:
                self._wait(fact)
            case Placement.DUPLICATE:
                self.changes.counts["duplicate"] += 1
            case Placement.CONFLICT:
                self._conflict(fact)

    def _fold_one(
        self, shipment: Shipment, offset: int, fact: Fact, event_id: bytes, day: date
    ) -> Shipment:
        changes = self.changes
        after, movements, triggers = evolve(shipment, fact, event_id, day)
        changes.shipments[fact.shipment] = after
        for movement in movements:
            key = (movement.cell, day)
            before = changes.totals.get(key)
            changes.totals[key] = movement if before is None else before.plus(movement)
        changes.said.extend(Said(offset, event, fact.time) for event in triggers)
        changes.counts["handled"] += 1
        return after

    def _heal(self, shipment: Shipment, offset: int, arrived: Fact, day: date) -> None:
        """Fold what waited for `arrived`: it becomes known on the day that it can be placed."""
        while self._waiting:
            key = (arrived.shipment, shipment.next_ordinal)
            fact = self._waiting.pop(key, None)
            if fact is None:
                return
            if self.changes.now_waiting.pop(key, None) is None:
                self.changes.no_longer_waiting.append(key)
            shipment = self._fold_one(shipment, offset, fact, id_bytes(fact.id), day)

    def _wait(self, fact: Fact) -> None:
        key = (fact.shipment, fact.ordinal)
        first = self._waiting.get(key)
        if first is None:
            self._waiting[key] = self.changes.now_waiting[key] = fact
            self.changes.counts["waiting"] += 1
        elif first.id == fact.id:
            self.changes.counts["duplicate"] += 1
        else:
            self._conflict(fact)

    def _conflict(self, fact: Fact) -> None:
        """The first stands. Holding the shipment's key from here on belongs in this place."""
        self.changes.conflicts.append(fact)
        self.changes.counts["conflict"] += 1

    def _shipment(self, id_: str) -> Shipment:
        changed = self.changes.shipments.get(id_)
        return changed or self._known.shipments.get(id_, UNKNOWN)
