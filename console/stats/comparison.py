"""Indicators as a table: what has no value is a dash, with its reason below."""

from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from console.stats.labels import grouped, label, whole

DASH = "—"
_MARKS = "¹²³⁴⁵⁶⁷⁸⁹"
_COLUMNS = {
    "value_mad": "MAD",
    "previous_mad": "year\nbefore",
    "growth_percent": "growth\n%",
    "like_lag_growth_percent": "at like\nlag %",
    "contribution_points": "contri-\nbution",
    "share_percent": "share\n%",
    "share_change_points": "change\npoints",
}
_WHOLE = {"value_mad", "previous_mad"}


def view(answer: dict[str, Any]) -> RenderableType:
    """The table, the status line, and notes."""
    notes = _Notes(answer["explanations"])
    table = _table(answer, notes)
    return Group(table, Padding(Group(*_lines(answer), *notes.lines()), (0, 1)))


class _Notes:
    """Numbers the reasons in the order in which they are met."""

    def __init__(self, explanations: dict[str, str]) -> None:
        self._explanations = explanations
        self._met: list[str] = []

    def mark(self, reason: str | None) -> str:
        if reason is None:
            return ""
        if reason not in self._met:
            self._met.append(reason)
        return _MARKS[self._met.index(reason)]

    def lines(self) -> list[Text]:
        return [
            Text(f"{self.mark(reason)} {self._explanations[reason]}", style="dim")
            for reason in self._met
        ]


def _table(answer: dict[str, Any], notes: _Notes) -> Table:
    months, before = _months(answer["period"]), _months(answer["previous_period"])
    table = Table(
        title=f"Exports, FOB in MAD, {months} on {before}",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        collapse_padding=True,
    )
    table.add_column("rank", justify="right")
    for dimension in answer["by"] or [""]:
        table.add_column(dimension.replace("_", " "))
    for heading in _COLUMNS.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for row in answer["rows"]:
        names = (label(dimension, code) for dimension, code in row["group"].items())
        table.add_row(_rank(row, notes), *names, *_cells(row, notes))
    table.add_section()
    blanks = [""] * (len(answer["by"]) - 1)
    table.add_row("", "total", *blanks, *_cells(answer["total"], notes), style="bold")
    return table


def _rank(row: dict[str, Any], notes: _Notes) -> str:
    return _cell(
        None if row["rank"] is None else str(row["rank"]), row["reasons"].get("rank"), notes
    )


def _cells(row: dict[str, Any], notes: _Notes) -> list[str]:
    return [
        _cell(
            row[name] and (whole if name in _WHOLE else grouped)(row[name]),
            row["reasons"].get(name),
            notes,
        )
        for name in _COLUMNS
    ]


def _cell(number: str | None, reason: str | None, notes: _Notes) -> str:
    return DASH + notes.mark(reason) if number is None else number


def _months(period: dict[str, Any]) -> str:
    first, last = period["first_month"], period["last_month"]
    return str(first) if first == last else f"{first}..{last}"


def _lines(answer: dict[str, Any]) -> list[Text]:
    lines = [Text(answer["status_line"], style="cyan")]
    lag = answer["like_lag"]
    if lag["days"] is not None:
        lines.append(Text(f"like lag: both as known {lag['days']} days after their ends"))
    total = answer["total"]
    if total["women_led_share_percent"] is not None:
        share, coverage = total["women_led_share_percent"], total["women_led_coverage_percent"]
        lines.append(Text(f"women-led: {share} %; known of {coverage} % of the value"))
    if (hhi := answer["concentration"]) and hhi["lower"] is not None:
        lower, upper = grouped(hhi["lower"]), grouped(hhi["upper"])
        bounds = lower if lower == upper else f"{lower} to {upper}, by who the unknown are"
        lines.append(Text(f"concentration (HHI, 0 to 10,000): {bounds}"))
    return lines
