"""What the national fold must say, as plainly as it can be said: all of it anew for every day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from contracts.export_metrics import ExporterContribution, ExposureContribution

Figures = dict[tuple[Any, ...], int]
Contributions = Iterable[ExporterContribution | ExposureContribution]


def said(known: Contributions, through: date, figures: Any) -> dict[date, Figures]:
    """What each day changed, by what it is of: from the first day that moved anything."""
    known = list(known)
    changed: dict[date, Figures] = {}
    before: Figures = {}
    day = min((each.knowledge_day for each in known), default=date.max)
    while day <= through:
        now = figures([each for each in known if each.knowledge_day <= day], day)
        names = now.keys() | before.keys()
        changed[day] = {
            name: now.get(name, 0) for name in names if now.get(name, 0) != before.get(name, 0)
        }
        before = now
        day += timedelta(days=1)
    return changed


def exporters(known: list[ExporterContribution], day: date) -> Figures:
    shipments: dict[Any, int] = defaultdict(int)
    for each in known:
        shipments[each.cell] += each.shipments
    there = [cell for cell, number in shipments.items() if number > 0]
    found: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for cell in there:
        month = int(cell.month[:4]) * 12 + int(cell.month[5:]) - 1
        for months in (1, 12):
            for last in range(month, month + months):
                if last <= day.year * 12 + day.month - 1:
                    name = f"{last // 12:04}-{last % 12 + 1:02}"
                    kind, led = cell.exporter_kind.value, cell.women_led.value
                    for group in (
                        ("", "", ""), (cell.region, "", ""), ("", kind, ""), ("", "", led)
                    ):  # fmt: skip
                        found[months, name, *group].add(cell.exporter)
    return {name: len(who) for name, who in found.items()}


def exposure(known: list[ExposureContribution], _: date) -> Figures:
    owed: Figures = defaultdict(int)
    for each in known:
        for whose in ((each.cell.debtor, ""), ("", each.cell.country), ("", "")):
            owed[whose] += each.open_mad_centimes
    return owed
