"""The months of two or more years as bars side by side, in characters."""

from collections.abc import Mapping, Sequence
from datetime import date

from rich.text import Text

STYLES = ("cyan", "yellow", "magenta")
"""Of the years, in turn."""

EIGHTHS = " ▁▂▃▄▅▆▇█"
MILLION = 100_000_000
LEAST_TOP = 100 * MILLION
STEP = 20 * MILLION
AXIS = 7
MONTHS = [f"{date(2000, month, 1):%b}" for month in range(1, 13)]


def months_chart(values: Mapping[str, int], years: Sequence[int], width: int, height: int) -> Text:
    """Bars of `height` lines for centimes of MAD by month (`YYYY-MM`), with axis and legend."""
    top = max(-(-max([*values.values(), 0]) // STEP) * STEP, LEAST_TOP)
    bar = max((width - AXIS) // 12 - 1, len(years)) // len(years)
    lines = [_legend(years)]
    marks = _marks(height, top)
    for line in range(height, 0, -1):
        text = Text.assemble((marks.get(line, f"{'│':>{AXIS}}"), "dim"))
        for month in range(1, 13):
            for year, style in zip(years, STYLES, strict=False):
                eighths = values.get(f"{year}-{month:02}", 0) * height * 8 // top
                filled = EIGHTHS[min(max(eighths - (line - 1) * 8, 0), 8)]
                text.append(filled * bar, style=style)
            text.append(" ")
        lines.append(text)
    names = "".join(f"{name:^{bar * len(years)}} " for name in MONTHS)
    lines.append(Text(" " * AXIS + names, style="dim"))
    return Text("\n").join(lines)


def _legend(years: Sequence[int]) -> Text:
    text = Text("Exports by month, MAD million", style="bold cyan")
    for year, style in zip(years, STYLES, strict=False):
        text.append(f"   █ {year}", style=f"not bold {style}")
    return text


def _marks(height: int, top: int) -> dict[int, str]:
    """What the axis says beside its lines: the top, and every other step below it."""
    values = [*range(2 * STEP, top, 2 * STEP), top]
    return {-(-value * height // top): f"{value // MILLION:>{AXIS - 2}} ┤" for value in values}
