"""Distinct exporters of a month and of the twelve months that end with it, in all and by group.

An exporter takes part in a month while it has shipments there: a correction that takes the last one
out of a month takes it out of the count. Its region, kind and answer to who leads are those that
its shipments state, so one that moved counts in both regions, and once in all.

Definition: the programme's table of indicators, row `participation`. What is counted here stands
above the line; eligible producers, below it, are the registry's to say.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from contracts.nation import ExporterGroup, ExportersCounted
from services.export_metrics.domain.exporters import ExporterCell

PARTICIPATION = "participation"
TRAILING = 12
Group = tuple[str, str, str]
"""Region, kind and answer to who leads, of which one at most is not empty."""


class Series(NamedTuple):
    """The `months` months that end with the one of this number, counted from the year 0."""

    months: int
    last: int
    group: Group


class Participation:
    """Told what was moved day after day; says what of the counts each day has changed.

    A month is told from its first day on, whatever was known of it before.
    """

    def __init__(self, generation: int) -> None:
        self._generation = generation
        self._shipments: dict[ExporterCell, int] = {}
        self._months: defaultdict[tuple[str, Group], dict[int, int]] = defaultdict(dict)
        """By exporter and group: the months that it took part in, each with its number of cells."""
        self._counts: defaultdict[Series, int] = defaultdict(int)
        self._told: dict[Series, int] = {}
        self._changed: set[Series] = set()

    def decide(
        self, day: date, moved: Iterable[tuple[ExporterCell, tuple[int, ...]]]
    ) -> Sequence[ExportersCounted]:
        for cell, (_, shipments) in moved:
            self._move(cell, shipments)
        month = _number(day.isoformat())
        due = sorted(series for series in self._changed if series.last <= month)
        self._changed.difference_update(due)
        return [
            self._counted(day, series)
            for series in due
            if self._counts[series] != self._told.get(series, 0)
        ]

    def _move(self, cell: ExporterCell, shipments: int) -> None:
        before = self._shipments.get(cell, 0)
        after = self._shipments[cell] = before + shipments
        if not after:
            del self._shipments[cell]
        if (step := (after > 0) - (before > 0)) == 0:
            return
        month = _number(cell.month)
        for group in _groups(cell):
            months = self._months[cell.exporter, group]
            cells = months.pop(month, 0) + step
            if max(cells, cells - step) == 1:  # the first of the month, or the last
                self._count(Series(1, month, group), step)
                for last in _only_by(month, months):
                    self._count(Series(TRAILING, last, group), step)
            if cells:
                months[month] = cells

    def _count(self, series: Series, step: int) -> None:
        self._counts[series] += step
        self._changed.add(series)

    def _counted(self, day: date, series: Series) -> ExportersCounted:
        region, kind, women_led = (value or None for value in series.group)
        exporters = self._told[series] = self._counts[series]
        return ExportersCounted.model_validate(
            {
                "generation": self._generation,
                "knowledge_day": day,
                "last_month": f"{series.last // 12:04}-{series.last % 12 + 1:02}",
                "months": series.months,
                "group": ExporterGroup.model_validate(
                    {"region": region, "exporter_kind": kind, "women_led": women_led}
                ),
                "exporters": exporters,
            }
        )


def _groups(cell: ExporterCell) -> Iterator[Group]:
    yield "", "", ""
    yield cell.region, "", ""
    yield "", cell.exporter_kind, ""
    yield "", "", cell.women_led


def _only_by(month: int, others: Iterable[int]) -> range:
    """The last months of the spans that hold `month` and none of the others."""
    first = max((other + TRAILING for other in others if other < month), default=month)
    end = min((other for other in others if other > month), default=month + TRAILING)
    return range(max(first, month), min(end, month + TRAILING))


def _number(day: str) -> int:
    """The number of the month of an ISO day or month."""
    return int(day[:4]) * 12 + int(day[5:7]) - 1
