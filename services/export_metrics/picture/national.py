"""What the national fold has said, day after day, and what stood on each of them."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from contracts.nation import ExportersCounted, ExposureMeasured, NationalDayClosed
from services.export_metrics.domain.exposure import EXPOSURE
from services.export_metrics.domain.participation import PARTICIPATION

Said = ExportersCounted | ExposureMeasured | NationalDayClosed
GROUPS = ("region", "exporter_kind", "women_led")
DEBTORS = ("debtor", "country")


class Vintages:
    """A number as the days changed it."""

    def __init__(self) -> None:
        self._days: list[date] = []
        self._numbers: list[int] = []

    def put(self, day: date, number: int) -> None:
        """Days come in their order; what is told again from the beginning changes nothing."""
        at = bisect_right(self._days, day)
        if at and self._days[at - 1] == day:
            self._numbers[at - 1] = number
        else:
            self._days.insert(at, day)
            self._numbers.insert(at, number)

    def known(self, on: date) -> tuple[int, date]:
        """The number as it stood at the end of a day, and since when."""
        at = bisect_right(self._days, on)
        return (self._numbers[at - 1], self._days[at - 1]) if at else (0, date.min)

    @property
    def first_day(self) -> date:
        return self._days[0]


class Row(NamedTuple):
    """One of a group's values, or all where `name` is empty; `since` is when it changed last."""

    name: str
    number: int
    since: date


class NationalPicture:
    """Everything that the national fold has said, `apply` after `apply`."""

    def __init__(self) -> None:
        self._through: dict[str, date] = {}
        self._exporters: defaultdict[tuple[str, int], dict[tuple[str, str], Vintages]]
        self._exporters = defaultdict(dict)
        self._owed: dict[tuple[str, str], Vintages] = {}
        self.first_day: date | None = None
        """The first day that said anything of exporters."""

    def apply(self, _partition: int, events: Sequence[Said]) -> None:
        for event in events:
            match event:
                case ExportersCounted():
                    series = self._exporters[event.last_month, event.months]
                    name = _named(event.group.key(), GROUPS)
                    series.setdefault(name, Vintages()).put(event.knowledge_day, event.exporters)
                    self.first_day = min(event.knowledge_day, self.first_day or date.max)
                case ExposureMeasured():
                    name = _named((event.debtors.debtor, event.debtors.country), DEBTORS)
                    owed = self._owed.setdefault(name, Vintages())
                    owed.put(event.knowledge_day, event.open_mad_centimes)
                case NationalDayClosed():
                    known = self._through.get(event.subject, event.through)
                    self._through[event.subject] = max(known, event.through)

    def decided(self) -> dict[str, date]:
        """The last day that is decided, by subject; one of which no day is decided is not there."""
        return dict(self._through)

    def participation_through(self) -> date | None:
        """The last day that is decided of who takes part in exports."""
        return self._through.get(PARTICIPATION)

    def exposure_through(self) -> date | None:
        """The last day that is decided of what is owed."""
        return self._through.get(EXPOSURE)

    def exporters(self, last_month: str, months: int, by: str, on: date) -> list[Row]:
        """How many took part, as known on a day: in all, or by one of GROUPS."""
        return _rows(self._exporters.get((last_month, months), {}), by, on)

    def owed(self, by: str, on: date) -> list[Row]:
        """What was owed at the end of a day: in all, or by one of DEBTORS."""
        return _rows(self._owed, by, on)


def _named(values: Sequence[str | None], names: Sequence[str]) -> tuple[str, str]:
    """The one dimension that is stated, and its value."""
    stated = [(name, value) for name, value in zip(names, values, strict=True) if value]
    return stated[0] if stated else ("", "")


def _rows(of: dict[tuple[str, str], Vintages], by: str, on: date) -> list[Row]:
    found = (
        Row(value, *vintages.known(on)) for (name, value), vintages in of.items() if name == by
    )
    return sorted(row for row in found if row.number or not by)
