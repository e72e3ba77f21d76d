"""What one partition must say of any sequence of records: one event after the other, plain lists.

It keeps all that it ever learnt and looks through it again each time. Of the fold it uses nothing;
the figures of a shipment come from the naive fold of the service's own tests, those of exporters
and of exposure from `cell_oracle`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from contracts.event import Event
from contracts.insurance import RuleTermsSet
from contracts.orders import InvoiceIssued
from tests.faults.adapter import NaiveFold
from tests.faults.cell_oracle import added, exporters, exposure
from tests.faults.invoice_oracle import KnownInvoice
from tests.faults.learnt import Learnt, invoices

DAY = timedelta(days=1)


class Told(NamedTuple):
    """An event with its place. `event` is None where it says nothing that counts."""

    key: str
    subject: str
    ordinal: int
    id: str
    event: Event | None


class Spoilt(NamedTuple):
    """A record of which no more than the place of its event can be read."""

    told: Told


class Released(NamedTuple):
    """The owner's word on what is held or missing."""

    told: Told


Act = Told | Spoilt | Released | date
"""What stands in a log; a date is the marker of a day that closed."""


class Sequence:
    """The oracle of one partition number: `take` each topic's acts in their order, then ask."""

    def __init__(self) -> None:
        self.closed: dict[str, date] = {}
        self.learnt: list[Learnt] = []
        self.ahead: dict[tuple[str, str, int], Told] = {}
        self.holds: dict[tuple[str, str, str, int, str], tuple[bool, date]] = {}
        self.parked: dict[tuple[str, str], list[Told]] = defaultdict(list)
        self.waits: list[tuple[date, str, int]] = []
        self._shipments = NaiveFold()

    def take(self, topic: str, act: Act) -> None:
        match act:
            case date():
                self.closed[topic] = max(act, self.closed.get(topic, act))
            case Told() if self._is_held(topic, act.key):
                self.parked[topic, act.key].append(act)
            case Told():
                self._place(topic, act)
            case Spoilt(told):
                where = self._where(topic, told)
                if where != "placed":
                    self._hold(topic, told, where == "conflict")
            case Released(told):
                self._release(topic, told)

    def totals(self) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """Of all kinds of cells; of exposure those of the days that every topic has closed."""
        exported = {key: tuple(of) for key, of in self._shipments.totals.items() if any(of)}
        last = min(self.closed.values())
        decided = [each for each in self.learnt if each.day <= last]
        return exported | added(exporters, self.learnt) | added(exposure, decided)

    def triggers(self) -> list[tuple[Any, ...]]:
        """Those of shipments, and those of the barriers of all days that every topic has closed."""
        said: list[tuple[Any, ...]] = [(*t[:4], str(t[4]), t[5]) for t in self._shipments.triggers]
        for _, since in invoices(self.learnt):
            said += self._verdicts(since)
        return sorted(said, key=repr)

    def held(self) -> set[tuple[Any, ...]]:
        return {(*place, *why) for place, why in self.holds.items()}

    def waiting(self) -> dict[tuple[str, str], int]:
        """How many events stand behind the holds of each key that is held."""
        keys = {(topic, key) for topic, key, *_ in self.holds}
        return {each: len(self.parked[each]) for each in keys}

    def _day(self, topic: str) -> date:
        return self.closed[topic] + DAY

    def _is_held(self, topic: str, key: str) -> bool:
        return any(place[:2] == (topic, key) for place in self.holds)

    def _placed(self, topic: str, subject: str) -> list[str]:
        return [e.id for e in self.learnt if (e.topic, e.subject) == (topic, subject)]

    def _where(self, topic: str, told: Told) -> str:
        placed = self._placed(topic, told.subject)
        waits = self.ahead.get((topic, told.subject, told.ordinal))
        if told.ordinal <= len(placed):
            return "placed" if placed[told.ordinal - 1] == told.id else "conflict"
        if waits is not None:
            return "placed" if waits.id == told.id else "conflict"
        return "next" if told.ordinal == len(placed) + 1 else "ahead"

    def _place(self, topic: str, told: Told) -> None:
        match self._where(topic, told):
            case "next":
                self._learn(topic, told)
                following = topic, told.subject, told.ordinal + 1
                while healed := self.ahead.pop(following, None):
                    self.waits.append((self._day(topic), healed.key, -1))
                    self._learn(topic, healed)
                    following = *following[:2], following[2] + 1
            case "ahead":
                self.ahead[topic, told.subject, told.ordinal] = told
                self.waits.append((self._day(topic), told.key, 1))
            case "conflict":
                self._hold(topic, told, conflict=True)
            case _:
                pass  # a copy of what is placed

    def _learn(self, topic: str, told: Told) -> None:
        day = self._day(topic)
        self.learnt.append(Learnt(day, topic, told.subject, told.id, told.event))
        if topic.startswith("exports") and told.event is not None:
            self._shipments.day = day
            self._shipments.fold(told.subject, told.event)

    def _hold(self, topic: str, told: Told, conflict: bool) -> None:
        place = topic, *told[:4]
        if place not in self.holds:
            self.holds[place] = conflict, self._day(topic)
            self.waits.append((self._day(topic), told.key, 1))

    def _release(self, topic: str, told: Told) -> None:
        held = self.holds.pop((topic, *told[:4]), None)
        if held is None:
            is_missed = any(where[:2] == (topic, told.subject) for where in self.ahead)
            is_next = told.ordinal == len(self._placed(topic, told.subject)) + 1
            if is_missed and is_next and not self._is_held(topic, told.key):
                self._place(topic, told)
            return
        self.waits.append((self._day(topic), told.key, -1))
        if not held[0]:
            self._place(topic, told)
        parked = self.parked[topic, told.key]
        while parked and not self._is_held(topic, told.key):
            self._place(topic, parked.pop(0))

    def _verdicts(self, history: list[Learnt]) -> Iterator[tuple[Any, ...]]:
        """What must be said, day after day, of the invoice that stands first in `history`."""
        invoice, order = history[0].event, history[0].subject
        assert isinstance(invoice, InvoiceIssued)
        subject, rule = f"{order}/{invoice.invoice}", "protracted-default"
        episode, standing = 0, None
        day, last = history[0].day, min(self.closed.values())
        while day <= last:
            known = KnownInvoice(invoice, [each.event for each in history if each.day <= day])
            if not self._waits(order, day):
                if standing and (why := known.ends(*standing)):
                    yield why[0], rule, subject, episode, why[1], day
                    standing = None
                terms = self._terms(day)
                if not standing and terms and known.is_due(day, terms):
                    episode, standing = episode + 1, (day, terms.waiting_days, known.exposed(day))
                    yield "+", rule, subject, episode, str(standing[2]), day
            day += DAY

    def _waits(self, key: str, day: date) -> bool:
        return sum(things for on, of, things in self.waits if of == key and on <= day) > 0

    def _terms(self, day: date) -> RuleTermsSet | None:
        versions: dict[int, Learnt] = {}
        for each in self.learnt:
            if isinstance(each.event, RuleTermsSet) and each.day <= day:
                versions.setdefault(each.event.rule_version, each)
        for _, found in sorted(versions.items(), reverse=True):
            terms = found.event
            assert isinstance(terms, RuleTermsSet)
            if terms.effective_on <= day:
                return None if self._waits(found.subject, day) else terms
        return None


def judged(acts: Mapping[str, list[Act]]) -> Sequence:
    """The oracle, told one topic after the other."""
    oracle = Sequence()
    for topic, told in acts.items():
        for act in told:
            oracle.take(topic, act)
    return oracle


def difference(due: list[Any], found: list[Any]) -> tuple[int, int]:
    """How many of `due` are lost, and how many of `found` are too many."""
    wanted, said = Counter(due), Counter(found)
    return (wanted - said).total(), (said - wanted).total()
