"""Folding a batch: pure, from what the ledger holds to what changes in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from contracts.event import DayClosed
from services.export_metrics.domain.changes import (
    CONFLICT,
    Ahead,
    Changes,
    Hold,
    Item,
    Known,
    Said,
    Staged,
    knowledge_day,
)
from services.export_metrics.domain.default import DEFINITION_VERSION
from services.export_metrics.domain.default import RULE as PROTRACTED_DEFAULT
from services.export_metrics.domain.events import RULE_EVENTS, Fact, Release, Unread
from services.export_metrics.domain.placing import Placement, id_bytes, next_ordinal, place
from services.export_metrics.domain.risk import RULE_VERSIONS
from services.export_metrics.domain.shipment import UNKNOWN, Shipment, evolve

DEFINITION = "export-statistics/1"
FINGERPRINT = " ".join(
    [
        DEFINITION,
        *(f"{rule}/{v}" for rule, v in RULE_VERSIONS.items()),
        f"{PROTRACTED_DEFAULT}/{DEFINITION_VERSION}",
    ]
)
"""Names what this fold does. Whoever changes what it computes changes this."""


class BatchFold:
    """Folds the items of one partition of one topic, in their order."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._ahead: Ahead = dict(known.ahead)
        self._parked: dict[str, dict[int, Fact]] = defaultdict(dict)
        for offset, fact in known.parked.items():
            self._parked[fact.key][offset] = fact
        self._holds = {hold.place: hold for hold in known.holds}
        self._held_keys = Counter(hold.key for hold in known.holds)
        self.changes = Changes(known.closed_through)

    def fold(self, items: Iterable[tuple[int, Item]]) -> Changes:
        """Fold items, each with its offset.

        Raises: UnopenedError; nothing of the batch is then to be kept.
        """
        for offset, item in items:
            match item:
                case Fact():
                    self._take(offset, item)
                case DayClosed():
                    self._close(item)
                case Unread():
                    self._put_aside(offset, item)
                case Release():
                    self._release(offset, item)
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

    def _take(self, offset: int, fact: Fact) -> None:
        day = knowledge_day(self.changes.closed_through)
        if self._held_keys and self._held_keys[fact.key]:
            self._parked[fact.key][offset] = self.changes.now_parked[offset] = fact
            self.changes.counts["held"] += 1
        else:
            self._place(offset, fact, day)

    def _place(self, offset: int, fact: Fact, day: date) -> None:
        shipment, event_id = self._shipment(fact.subject), id_bytes(fact.id)
        match self._placement(shipment, fact, event_id):
            case Placement.NEXT:
                self._heal(self._fold_one(shipment, offset, fact, event_id, day), offset, fact, day)
            case Placement.AHEAD:
                self._wait(offset, fact, day)
            case Placement.DUPLICATE:
                self.changes.counts["duplicate"] += 1
            case Placement.CONFLICT:
                self._conflict(offset, fact, day)

    def _placement(self, shipment: Shipment, of: Fact | Unread, event_id: bytes) -> Placement:
        """Where an event belongs, what waits ahead of a gap taken for placed."""
        placed = place(shipment.event_ids, of.ordinal, event_id)
        if placed is not Placement.AHEAD:
            return placed
        first = self._ahead.get((of.subject, of.ordinal))
        if first is None:
            return Placement.AHEAD
        return Placement.DUPLICATE if first.id == of.id else Placement.CONFLICT

    def _fold_one(
        self, shipment: Shipment, offset: int, fact: Fact, event_id: bytes, day: date
    ) -> Shipment:
        changes = self.changes
        after, movements, triggers = evolve(shipment, fact, event_id, day)
        changes.shipments[fact.subject] = after
        for movement in movements:
            key = (movement.cell, day)
            before = changes.totals.get(key)
            changes.totals[key] = movement if before is None else before.plus(movement)
        if triggers:
            changes.said += [Said(offset, event, fact.time) for event in triggers]
        if isinstance(fact.event, RULE_EVENTS):
            changes.staged.append(Staged(offset, day, fact.key, fact))
        changes.counts["handled"] += 1
        return after

    def _heal(self, shipment: Shipment, offset: int, arrived: Fact, day: date) -> None:
        """Fold what waited for `arrived`: it becomes known on the day that it can be placed."""
        while self._ahead:
            key = (arrived.subject, next_ordinal(shipment.event_ids))
            fact = self._ahead.pop(key, None)
            if fact is None:
                return
            if self.changes.now_ahead.pop(key, None) is None:
                self.changes.no_longer_ahead.append(key)
            shipment = self._fold_one(shipment, offset, fact, id_bytes(fact.id), day)
            self.changes.staged.append(Staged(offset, day, fact.key, None, waits=-1))

    def _wait(self, offset: int, fact: Fact, day: date) -> None:
        key = (fact.subject, fact.ordinal)
        self._ahead[key] = self.changes.now_ahead[key] = fact
        self.changes.staged.append(Staged(offset, day, fact.key, None, waits=1))
        self.changes.counts["waiting"] += 1

    def _conflict(self, offset: int, fact: Fact, day: date) -> None:
        """The first stands, and what comes after may rest on either: its key is held."""
        self.changes.conflicts.append((offset, fact))
        self.changes.counts["conflict"] += 1
        self._hold(offset, Hold(fact.key, fact.subject, fact.ordinal, fact.id, CONFLICT, day))

    def _put_aside(self, offset: int, unread: Unread) -> None:
        """What could not be read holds its key, unless it is a copy of what was placed before."""
        day = knowledge_day(self.changes.closed_through)
        shipment = self._shipment(unread.subject)
        placed = self._placement(shipment, unread, id_bytes(unread.id))
        if placed is not Placement.DUPLICATE:
            reason = CONFLICT if placed is Placement.CONFLICT else unread.reason
            hold = Hold(unread.key, unread.subject, unread.ordinal, unread.id, reason, day)
            self._hold(offset, hold)

    def _hold(self, offset: int, hold: Hold) -> None:
        if hold.place in self._holds:
            return
        self._holds[hold.place] = self.changes.now_held[hold.place] = hold
        self._held_keys[hold.key] += 1
        self.changes.staged.append(Staged(offset, hold.since, hold.key, None, waits=1))

    def _release(self, offset: int, release: Release) -> None:
        """Free what the owner spoke of; a release of what nothing waits for changes nothing."""
        day = knowledge_day(self.changes.closed_through)
        fact = release.fact
        hold = self._holds.pop((fact.key, fact.subject, fact.ordinal, fact.id), None)
        if hold is None:
            if self._is_missing(fact):
                self._place(offset, fact, day)
            else:
                self.changes.counts["duplicate"] += 1
            return
        self._held_keys[hold.key] -= 1
        if self.changes.now_held.pop(hold.place, None) is None:
            self.changes.released.append(hold)
        self.changes.staged.append(Staged(offset, day, hold.key, None, waits=-1))
        if hold.reason != CONFLICT:
            self._place(offset, fact, day)
        else:
            self.changes.counts["handled"] += 1
        if not self._held_keys[hold.key]:
            self._unpark(offset, hold.key, day)

    def _is_missing(self, fact: Fact) -> bool:
        """Whether others wait for an event of this ordinal, which was lost and never came."""
        shipment = self._shipment(fact.subject)
        return (
            not self._held_keys[fact.key]  # else it may stand among what is parked
            and fact.ordinal == next_ordinal(shipment.event_ids)
            and any(subject == fact.subject for subject, _ in self._ahead)
        )

    def _unpark(self, offset: int, key: str, day: date) -> None:
        """Fold what waited behind the last hold of `key`, in its order, as known from `day` on."""
        parked = self._parked[key]
        for parked_at in sorted(parked):
            if self._held_keys[key]:
                return  # a conflict among them holds the key again
            fact = parked.pop(parked_at)
            if self.changes.now_parked.pop(parked_at, None) is None:
                self.changes.no_longer_parked.append(parked_at)
            self._place(offset, fact, day)

    def _shipment(self, id_: str) -> Shipment:
        changed = self.changes.shipments.get(id_)
        return changed or self._known.shipments.get(id_, UNKNOWN)
