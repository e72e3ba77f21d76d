"""How long after it was appended an event was covered by a cursor that a subscriber could see."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bench.scaling.broker import Stretch
from bench.scaling.watching import Seen


class Window(NamedTuple):
    """The time in which an event must have been appended to count. Unix seconds, end excluded."""

    begin: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.begin


class Delays(NamedTuple):
    """`ms` is in ascending order. Of events that no cursor covered, `uncovered` in number, it has
    how long they had waited when the watch ended: at least so long it took."""

    ms: list[float]
    uncovered: int


def delays(
    log: Mapping[int, Stretch], seen: Sequence[Seen], window: Window, ended: float
) -> Delays:
    """Of the events appended in the window. `seen` in the order of time, until `ended` (Unix)."""
    by_partition: dict[int, list[Seen]] = defaultdict(list)
    for cursor in seen:
        by_partition[cursor.partition].append(cursor)
    ms: list[float] = []
    uncovered = 0
    for number, stretch in log.items():
        cursors, at = by_partition[number], 0
        for offset, stamp in enumerate(stretch.stamps, start=stretch.begin):
            while at < len(cursors) and cursors[at].before <= offset:
                at += 1
            if not window.begin * 1000 <= stamp < window.end * 1000:
                continue
            uncovered += at == len(cursors)
            ms.append((cursors[at].at if at < len(cursors) else ended) * 1000 - stamp)
    return Delays(sorted(ms), uncovered)


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The least value that at least so many percent do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def published_at(seen: Sequence[Seen], at: float) -> int:
    """How many offsets lay before the cursors at a time (Unix), in all partitions."""
    before: dict[int, int] = {}
    for cursor in seen:
        if cursor.at <= at:
            before[cursor.partition] = max(cursor.before, before.get(cursor.partition, 0))
    return sum(before.values())
