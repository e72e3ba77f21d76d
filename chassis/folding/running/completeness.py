"""How complete the inputs are: which day each source has closed, and how many keys are held."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from chassis.clock import start_of
from chassis.folding.fold import Fold
from chassis.folding.ledger.holds import Held
from chassis.folding.ledger.store import Ledger
from chassis.metrics import METRICS

Days = Mapping[str, Sequence[date | None]]
"""The last closed day of each partition, by input topic; None where it has closed none."""


def closed_by(days: Days) -> dict[str, date | None]:
    """The day that each source has closed in all its partitions."""
    return {
        topic: min((day for day in closed if day), default=None) if all(closed) else None
        for topic, closed in days.items()
    }


def open_days(days: Days) -> dict[str, float]:
    """Days from a source's last closed day to the newest of all, +Inf where it has closed none.

    The newest counts in whichever partition it was closed first. Empty while none has closed any.
    """
    newest = max((day for closed in days.values() for day in closed if day), default=None)
    if newest is None:
        return {}
    return {
        topic: math.inf if through is None else (newest - through).days
        for topic, through in closed_by(days).items()
    }


def keys_held(found: Iterable[Held]) -> Counter[str]:
    """How many keys are held, by input topic. One key may be held more than once."""
    return Counter(topic for topic, _ in {(held.topic, held.hold.key) for held in found})


def show_completeness(fold: Fold, ledgers: Sequence[Ledger]) -> None:
    """Set the gauges from what these ledgers, which are all that this process has, know."""
    if not ledgers:
        return
    days = {
        topic.name: [ledger.input(topic.name).closed_through for ledger in ledgers]
        for topic in fold.inputs
        if topic.has_day_markers
    }
    for topic, through in closed_by(days).items():
        if through is not None:
            end = start_of(through + timedelta(days=1))
            METRICS.source_closed.labels(fold.name, topic).set(end.timestamp())
    for topic, number in open_days(days).items():
        METRICS.source_open_days.labels(fold.name, topic).set(number)
    held = keys_held(held for ledger in ledgers for held in ledger.held_keys())
    for source in fold.inputs:
        METRICS.held_keys.labels(fold.name, source.name).set(held[source.name])
