"""What was seen of a fold while it worked through a log, and what follows from that."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple


class Sample(NamedTuple):
    """One look. `at` in seconds (monotonic), `published` offsets, `cpu` seconds, `rss` and `disk`
    bytes."""

    at: float
    published: int
    cpu: float
    rss: int
    disk: int


class Slice(NamedTuple):
    """A part of the log: the events from `start` on took `cpu` and `seconds`, for each event."""

    start: int
    cpu: float
    seconds: float


class Held(NamedTuple):
    """What a fold needs that holds `shipments`: most memory until then, and disk; bytes."""

    shipments: int
    peak_rss: int
    disk: int


def slices(samples: Sequence[Sample], size: int) -> list[Slice]:
    """Whole slices of `size` events, between samples in a straight line.

    They begin where something is published first: the start of the process belongs to none.
    """
    worked = [sample for sample in samples if sample.published]
    if not worked:
        return []
    first, last = worked[0].published, worked[-1].published
    marks = [_reached(worked, at) for at in range(first, last + 1, size)]
    return [
        Slice(first + number * size, (end[1] - begin[1]) / size, (end[0] - begin[0]) / size)
        for number, (begin, end) in enumerate(pairwise(marks))
    ]


def largest_step(samples: Sequence[Sample]) -> int:
    """Most events that were published between two looks, the first publication left out."""
    worked = [sample.published for sample in samples if sample.published]
    return max((after - before for before, after in pairwise(worked)), default=0)


def _reached(samples: Sequence[Sample], events: int) -> tuple[float, float]:
    """When so many were published, and the processor's seconds until then."""
    before = samples[0]
    for sample in samples:
        if sample.published >= events:
            span = sample.published - before.published
            part = (events - before.published) / span if span else 0.0
            return (
                before.at + part * (sample.at - before.at),
                before.cpu + part * (sample.cpu - before.cpu),
            )
        before = sample
    raise ValueError(f"{events} events were never published")


def held(samples: Sequence[Sample], sizes: Sequence[int]) -> list[Held]:
    """For each size, in ascending order. Raises ValueError for one that was not reached."""
    found, peak, left = [], 0, sorted(sizes)
    for sample in samples:
        peak = max(peak, sample.rss)
        while left and sample.published >= left[0]:
            found.append(Held(left.pop(0), peak, sample.disk))
    if left:
        raise ValueError(f"{left[0]} shipments were never held")
    return found


def flatness(of_log: Sequence[Slice]) -> float:
    """The processor's time for an event in the last slice, divided by that in the first."""
    return of_log[-1].cpu / of_log[0].cpu


def for_each_further(found: Sequence[Held]) -> float | None:
    """Bytes of memory for each shipment between the smallest and the largest size."""
    first, last = found[0], found[-1]
    if first.shipments == last.shipments:
        return None
    return (last.peak_rss - first.peak_rss) / (last.shipments - first.shipments)
