"""Faults on request: duplicates, disorder across topics, delays and poison.

Which record is hit depends on the seed and on the record's place alone. So the same seed gives the
same faults, also after a cut, and one fault does not move another. No fault changes the order of
what was recorded inside a partition.
"""

import hashlib
import heapq
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from console.recording.errors import RecordingError
from console.recording.poison import poisoned
from console.recording.record import Place, Record
from console.recording.timing import Step

DUPLICATE, DISORDER, DELAY, POISON = "duplicates", "disorder", "delays", "poison"
FURTHEST = 100
"""Records that are written before a duplicate comes, or while a topic is held back, at most."""

_WHOLE = 1 << 64
_SHARE = re.compile(r"([0-9]{1,3}|[0-9]{0,3}\.[0-9]{1,18})(?:[eE]-?[0-9]{1,2})?%?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Faults:
    """The share of records that each fault hits, 0 to 1. A delay is in milliseconds."""

    seed: int = 0
    duplicates: Decimal = Decimal(0)
    disorder: Decimal = Decimal(0)
    delays: Decimal = Decimal(0)
    delay_ms: int = 0
    poison: Decimal = Decimal(0)

    def hits(self, fault: str, step: Step) -> bool:
        """Whether the fault hits this record; never one that a fault has made."""
        share: Decimal = getattr(self, fault)
        return bool(share) and not step.kind and self._draw(fault, step.record) < share * _WHOLE

    def distance(self, fault: str, record: Record) -> int:
        """How many records the fault reaches, 1 to FURTHEST."""
        return 1 + self._draw(f"distance of {fault}", record) % FURTHEST

    def _draw(self, what: str, record: Record) -> int:
        """A whole number below 2^64, each as likely."""
        name = f"{self.seed}|{what}|{record.topic}|{record.partition}|{record.offset}"
        return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest())


Counts = Counter[tuple[str, str]]
"""Records by fault and topic."""


@dataclass(slots=True)
class Injection:
    """Puts faults into steps and counts what it did."""

    faults: Faults
    counts: Counts = field(default_factory=Counter)

    def into(self, steps: Iterator[Step]) -> Iterator[Step]:
        """The steps with all faults. Each partition keeps the order of what was recorded."""
        faults = self.faults
        passes: list[tuple[Decimal, Callable[[Iterator[Step]], Iterator[Step]]]] = [
            (faults.poison, self._poison),
            (faults.duplicates, self._duplicates),
            (faults.disorder, self._disorder),
            (faults.delays, self._delays),
        ]
        for share, inject in passes:
            if share:
                steps = inject(steps)
        return steps

    def _note(self, fault: str, record: Record, times: int = 1) -> None:
        self.counts[fault, record.topic] += times

    def _poison(self, steps: Iterator[Step]) -> Iterator[Step]:
        """A broken copy with an id of its own comes right after the record."""
        for step in steps:
            yield step
            if self.faults.hits(POISON, step):
                copy = poisoned(step.record, self.faults.seed)
                if copy:
                    self._note(POISON, step.record)
                    yield Step(copy, step.due, POISON)

    def _duplicates(self, steps: Iterator[Step]) -> Iterator[Step]:
        """The record comes again, unchanged, some records later."""
        waiting: list[tuple[int, int, Step]] = []
        due = 0
        for number, step in enumerate(steps):
            due = step.due
            while waiting and waiting[0][0] <= number:
                yield heapq.heappop(waiting)[2]._replace(due=due)
            yield step
            if self.faults.hits(DUPLICATE, step):
                self._note(DUPLICATE, step.record)
                at = number + 1 + self.faults.distance(DUPLICATE, step.record)
                copy = step._replace(kind=DUPLICATE)
                heapq.heappush(waiting, (at, number, copy))
        while waiting:
            yield heapq.heappop(waiting)[2]._replace(due=due)

    def _disorder(self, steps: Iterator[Step]) -> Iterator[Step]:
        """A topic is held back while the others go on; its own order stays."""
        held: dict[str, _Held] = {}
        due = 0
        for number, step in enumerate(steps):
            due, topic = step.due, step.record.topic
            for other in [name for name, topic_ in held.items() if topic_.until <= number]:
                yield from self._released(held.pop(other), due)
            if topic not in held and self.faults.hits(DISORDER, step):
                held[topic] = _Held(number + 1 + self.faults.distance(DISORDER, step.record))
            if topic in held:
                held[topic].steps.append(step)
                continue
            yield step
            for behind in held.values():
                behind.overtaken = len(behind.steps)
        for rest in held.values():
            yield from self._released(rest, due)

    def _released(self, held: "_Held", due: int) -> Iterator[Step]:
        self._note(DISORDER, held.steps[0].record, held.overtaken)
        return (step._replace(due=due) for step in held.steps)

    def _delays(self, steps: Iterator[Step]) -> Iterator[Step]:
        """A record comes later than it was due, and what follows it in its partition not before."""
        waiting: list[tuple[int, int, Step]] = []
        latest: dict[Place, int] = {}
        for number, step in enumerate(steps):
            while waiting and waiting[0][0] <= step.due:
                yield heapq.heappop(waiting)[2]
            due = step.due
            if self.faults.hits(DELAY, step):
                self._note(DELAY, step.record)
                due += self.faults.delay_ms
            place = step.record.place
            due = latest[place] = max(due, latest.get(place, due))
            if due == step.due:
                yield step
            else:
                heapq.heappush(waiting, (due, number, step._replace(due=due)))
        while waiting:
            yield heapq.heappop(waiting)[2]


@dataclass(slots=True)
class _Held:
    """What waits of a topic until step number `until`; others passed the first `overtaken`."""

    until: int
    steps: deque[Step] = field(default_factory=deque)
    overtaken: int = 0


def parse_share(text: str, option: str) -> Decimal:
    """Read `0.01` or `1%`. Raises RecordingError for what is no share from 0 to 1."""
    share = Decimal(text.removesuffix("%")) if _SHARE.fullmatch(text) else Decimal(-1)
    share = share / 100 if text.endswith("%") else share
    if not 0 <= share <= 1:
        raise RecordingError(f"{text} is no share like 0.01 or 1%", option)
    return share


def parse_delays(text: str) -> tuple[Decimal, int]:
    """Read `0.01:30`, a share and seconds, as share and milliseconds.

    Raises RecordingError for another form.
    """
    share, _, seconds = text.partition(":")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 9):
        raise RecordingError(f"{text} is not of the form share:seconds like 0.01:30", "--delays")
    return parse_share(share, "--delays"), int(seconds) * 1000
