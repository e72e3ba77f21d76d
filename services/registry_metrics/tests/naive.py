"""Producers counted as plainly as it can be said, to compare with.

The events of each producer are kept. After each event every producer is looked at anew, and counted
in the cell where its history leaves it: nothing is ever reversed.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from contracts.event import Event
from contracts.registry import ProducerRegistered

Cell = tuple[str, ...]
DIMENSIONS = ("chain", "region", "kind", "women_led")


class NaiveCount:
    """Takes events with their ordinals as they come, and closings of days."""

    def __init__(self, opened: date) -> None:
        self.open_day = opened + timedelta(days=1)
        self.as_known_on: dict[date, Counter[Cell]] = {}
        self._arrived: dict[str, dict[int, Event]] = defaultdict(dict)

    def take(self, producer: str, ordinal: int, event: Event) -> None:
        self._arrived[producer].setdefault(ordinal, event)
        self.as_known_on[self.open_day] = self.count()

    def close(self, through: date) -> None:
        self.open_day = max(self.open_day, through + timedelta(days=1))

    def count(self) -> Counter[Cell]:
        """Producers in each cell now. What stands behind a missing ordinal does not count."""
        cells = (_cell(_whole(arrived)) for arrived in self._arrived.values())
        return Counter(cell for cell in cells if cell is not None)


def _whole(arrived: dict[int, Event]) -> list[Event]:
    history: list[Event] = []
    while event := arrived.get(len(history) + 1):
        history.append(event)
    return history


def _cell(history: list[Event]) -> Cell | None:
    stated: dict[str, Any] = {}
    is_registered = False
    for event in history:
        is_registered = is_registered or isinstance(event, ProducerRegistered)
        if is_registered:
            stated |= event.model_dump(mode="json", exclude_none=True)
    return tuple(stated[name] for name in DIMENSIONS) if is_registered else None
