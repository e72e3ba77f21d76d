"""The figures of two generations as they are published, at a cut that both have reached."""

import asyncio
import json
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from chassis.folding.fold import Fold
from chassis.folding.verifying.live import Live, read_live
from console.differing.figures import Contributions, Figures, contributions

Lives = Mapping[int, Live | None]
"""By partition number; None where nothing is published."""


async def published(kafka: str, fold: Fold, generation: int) -> Lives:
    """The figures of a generation, each partition cut where it says itself how far it is."""
    numbers = range(fold.figures.statistics(generation).partitions)
    found = await asyncio.gather(
        *(read_live(kafka, fold, None, generation, number) for number in numbers)
    )
    return dict(zip(numbers, found, strict=True))


def closed_through(live: Live) -> date:
    """The last day that a partition closed: contributions up to it change no more."""
    through = (json.loads(said).get("through") for said in live.statistics.values())
    return max(date.fromisoformat(day) for day in through if day)


class Cut(NamedTuple):
    """What two generations have both published of a partition. `through` is the last day of it,
    None when they have reached the same offsets, so that the open day can be compared, too."""

    through: date | None
    a: Contributions
    b: Contributions


def common_cut(a: Live, b: Live) -> Cut:
    """At equal day, or at equal offsets."""
    through = None
    if a.offsets != b.offsets:
        through = min(closed_through(a), closed_through(b))
    return Cut(through, *(contributions(live.statistics, through) for live in (a, b)))


def compared_figures(a: Lives, b: Lives) -> Figures:
    """All partitions in which both have published something."""
    figures = Figures()
    for number, ours in a.items():
        theirs = b[number]
        if ours is not None and theirs is not None:
            figures.compare(*common_cut(ours, theirs)[1:])
    return figures


def behind(former: Lives, newer: Lives) -> list[int]:
    """The partitions in which the newer one has not closed the day that the former one has."""
    return [
        number
        for number, live in former.items()
        if live is not None
        and ((other := newer[number]) is None or closed_through(other) < closed_through(live))
    ]
