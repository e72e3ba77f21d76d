"""Folding a batch: pure, from what the ledger holds to what changes in it."""

from collections import Counter, defaultdict
from datetime import date

from chassis.folding import native
from chassis.folding.changes import (
    CONFLICT,
    Aggregate,
    Ahead,
    Changes,
    Fact,
    Hold,
    Item,
    Known,
    Place,
    Release,
    Said,
    Staged,
    Unread,
    knowledge_day,
)
from chassis.folding.fold import Fold
from chassis.folding.placing import ID_BYTES, Placement, id_bytes, next_ordinal, place
from chassis.folding.sums import add_to
from contracts.event import DayClosed


class BatchFold:
    """Folds the items of one partition of one topic, in their order, into one `changes`.

    They come in parts, each with what the ledger held of what it is about: a part that is small
    enough stays in the caches of the processor from reading to folding.
    """

    def __init__(self, fold: Fold, closed_through: date | None) -> None:
        self._evolve = fold.evolve
        self._for_barrier = frozenset(fold.rules.events if fold.rules else ())
        self._unknown = Aggregate(b"", fold.initial)
        self._known: dict[str, Aggregate] = {}
        self._ahead: Ahead = {}
        self._parked: defaultdict[str, dict[int, Fact]] = defaultdict(dict)
        self._holds: dict[Place, Hold] = {}
        self._held_keys: Counter[str] = Counter()
        self.changes = Changes(closed_through)
        self._day = closed_through and knowledge_day(closed_through)
        """On which what comes next becomes known; None before any day marker."""

    def fold(self, items: list[tuple[int, Item]], known: Known) -> Changes:
        """Fold items, each with its offset.

        Raises: UnopenedError; nothing of the batch is then to be kept.
        """
        self._learn(known)
        at = self._fold_next(items, 0)
        while at < len(items):
            self._fold_item(*items[at])
            at = self._fold_next(items, at + 1)
        return self.changes

    def _fold_next(self, items: list[tuple[int, Item]], at: int) -> int:
        """Fold what compiled code can from place `at` on: the first that it cannot is returned."""
        if not native.COMPILED or self._day is None or self._ahead or self._holds:
            return at
        unknown, evolve, barrier = self._unknown, self._evolve, self._for_barrier
        return native.placing.fold_next(
            items, at, self.changes, self._known, unknown, evolve, self._day, barrier
        )

    def _fold_item(self, offset: int, item: Item) -> None:
        match item:
            case Fact():
                self._take(offset, item, self._today())
            case DayClosed():
                self._close(item)
            case Unread():
                self._put_aside(offset, item)
            case Release():
                self._release(offset, item)

    def _learn(self, known: Known) -> None:
        """Take in what the ledger held, unless an earlier part has changed it."""
        self._known |= known.aggregates  # what is parked may be about those of an earlier part
        changes = self.changes
        for place_, fact in known.ahead.items():
            if place_ not in changes.no_longer_ahead:
                self._ahead[place_] = fact
        for offset, fact in known.parked.items():
            if offset not in changes.no_longer_parked:
                self._parked[fact.key][offset] = fact
        for hold in known.holds:
            if hold.place not in self._holds and hold not in changes.released:
                self._holds[hold.place] = hold
                self._held_keys[hold.key] += 1

    def _close(self, marker: DayClosed) -> None:
        last = self.changes.closed_through
        if last is not None and marker.through <= last:
            self.changes.counts["duplicate"] += 1
            return
        if marker.previous != last:
            self.changes.marker_jumps.append(marker)
        self.changes.closed_through = marker.through
        self._day = knowledge_day(marker.through)
        self.changes.counts["handled"] += 1

    def _today(self) -> date:
        return self._day or knowledge_day(None)

    def _take(self, offset: int, fact: Fact, day: date) -> None:
        if self._held_keys and self._held_keys[fact.key]:
            self._parked[fact.key][offset] = self.changes.now_parked[offset] = fact
            self.changes.counts["held"] += 1
        else:
            self._place(offset, fact, day)

    def _place(self, offset: int, fact: Fact, day: date) -> None:
        aggregate, event_id = self._aggregate(fact.subject), id_bytes(fact.id)
        if len(aggregate.placed) == (fact.ordinal - 1) * ID_BYTES and not self._ahead:
            self._fold_one(aggregate, offset, fact, event_id, day)  # as nearly all are
            return
        match self._placement(aggregate.placed, fact, event_id):
            case Placement.NEXT:
                after = self._fold_one(aggregate, offset, fact, event_id, day)
                self._heal(after, offset, fact, day)
            case Placement.AHEAD:
                self._wait(offset, fact, day)
            case Placement.DUPLICATE:
                self.changes.counts["duplicate"] += 1
            case Placement.CONFLICT:
                self._conflict(offset, fact, day)

    def _placement(self, placed: bytes, of: Fact | Unread, event_id: bytes) -> Placement:
        """Where an event belongs, what waits ahead of a gap taken for placed."""
        placement = place(placed, of.ordinal, event_id)
        if placement is not Placement.AHEAD:
            return placement
        first = self._ahead.get((of.subject, of.ordinal))
        if first is None:
            return Placement.AHEAD
        return Placement.DUPLICATE if first.id == of.id else Placement.CONFLICT

    def _fold_one(
        self, before: Aggregate, offset: int, fact: Fact, event_id: bytes, day: date
    ) -> Aggregate:
        changes = self.changes
        state, movements, said = self._evolve(before.state, fact, day)
        after = changes.aggregates[fact.subject] = Aggregate(before.placed + event_id, state)
        if movements:
            totals = changes.totals[day]
            for movement in movements:
                add_to(totals, movement)
        if said:
            changes.said += [Said(offset, event, fact.time) for event in said]
        if type(fact.event) in self._for_barrier:
            changes.staged.append(Staged(offset, day, fact.key, fact))
        changes.counts["handled"] += 1
        return after

    def _heal(self, aggregate: Aggregate, offset: int, arrived: Fact, day: date) -> None:
        """Fold what waited for `arrived`: it becomes known on the day that it can be placed."""
        while self._ahead:
            key = (arrived.subject, next_ordinal(aggregate.placed))
            fact = self._ahead.pop(key, None)
            if fact is None:
                return
            if self.changes.now_ahead.pop(key, None) is None:
                self.changes.no_longer_ahead.add(key)
            aggregate = self._fold_one(aggregate, offset, fact, id_bytes(fact.id), day)
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
        day = self._today()
        placed = self._aggregate(unread.subject).placed
        placement = self._placement(placed, unread, id_bytes(unread.id))
        if placement is not Placement.DUPLICATE:
            reason = CONFLICT if placement is Placement.CONFLICT else unread.reason
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
        day = self._today()
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
            self.changes.released.add(hold)
        self.changes.staged.append(Staged(offset, day, hold.key, None, waits=-1))
        if hold.reason != CONFLICT:
            self._place(offset, fact, day)
        else:
            self.changes.counts["handled"] += 1
        if not self._held_keys[hold.key]:
            self._unpark(offset, hold.key, day)

    def _is_missing(self, fact: Fact) -> bool:
        """Whether others wait for an event of this ordinal, which was lost and never came."""
        placed = self._aggregate(fact.subject).placed
        return (
            not self._held_keys[fact.key]  # else it may stand among what is parked
            and fact.ordinal == next_ordinal(placed)
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
                self.changes.no_longer_parked.add(parked_at)
            self._place(offset, fact, day)

    def _aggregate(self, id_: str) -> Aggregate:
        changed = self.changes.aggregates.get(id_)
        return changed or self._known.get(id_, self._unknown)
