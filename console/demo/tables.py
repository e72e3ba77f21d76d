"""The tables of the demonstration, narrow enough for two of them side by side in 80 columns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rich.bar import Bar
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from console.demo.figures import Figures, Group, Measures, added, by, total
from console.demo.oracle import OPEN, WITHDRAWN
from console.demo.platform import Reading
from contracts.reference.countries import country_name
from contracts.reference.crafts import PRODUCT_GROUPS

BAR_WIDTH = 12
_GROUP_NAMES = {group.code: group.english for group in PRODUCT_GROUPS}


@dataclass(frozen=True, slots=True)
class Style:
    """`rows` is the most that a table shows before it sums up the others."""

    rows: int
    centimes: bool = False
    bars: bool = False

    @property
    def count_heading(self) -> str:
        return "shipments" if self.centimes else "shipm."


def by_country(figures: Figures, style: Style) -> Table:
    """Exports by partner, the largest first."""
    return _table("Country", by(figures, lambda group: group.partner), country_name, style)


def by_product_group(figures: Figures, style: Style) -> Table:
    """Exports by product group, the largest first."""
    sums = by(figures, lambda group: group.product_group)
    return _table("Product group", sums, lambda code: _GROUP_NAMES.get(code, code), style)


def by_month(figures: Figures, style: Style) -> Table:
    """Exports by month, in order."""
    sums = dict(sorted(by(figures, lambda group: group.month).items()))
    return _table("Month", sums, _month_name, style)


def triggers(reading: Reading) -> Table:
    """Risk triggers by rule: those that stand, and those that were taken back."""
    table = _empty("Risk trigger")
    table.add_column(OPEN, justify="right")
    table.add_column(WITHDRAWN, justify="right")
    counts = reading.triggers
    for rule in sorted({rule for rule, _ in counts} | {"loss", "damage"}):
        table.add_row(
            Text(rule),
            Text(f"{counts[rule, OPEN]:,}", style="yellow" if counts[rule, OPEN] else "dim"),
            Text(f"{counts[rule, WITHDRAWN]:,}"),
        )
    return table


def _table(
    heading: str, sums: Mapping[str, Measures], name: Callable[[str], str], style: Style
) -> Table:
    table = _empty(heading)
    table.add_column("FOB MAD", justify="right", no_wrap=True)
    table.add_column("%", justify="right", no_wrap=True)
    table.add_column(style.count_heading, justify="right", no_wrap=True)
    if style.bars:
        table.add_column("", no_wrap=True, width=BAR_WIDTH)
    whole = added(sums.values())
    rows = _rows(sums, name, style.rows)
    largest = max((measures.fob_centimes for _, measures in rows), default=0)
    for label, measures in rows:
        cells: list[RenderableType] = [label, *_measures(measures, whole, style)]
        if style.bars:
            end = max(measures.fob_centimes, 0)
            cells.append(Bar(max(largest, 1), 0, end, width=BAR_WIDTH, color="cyan"))
        table.add_row(*cells)
    table.add_row("total", *_measures(whole, whole, style), style="bold")
    return table


def _rows(
    sums: Mapping[str, Measures], name: Callable[[str], str], most: int
) -> list[tuple[str, Measures]]:
    named = [(name(code), measures) for code, measures in sums.items()]
    if len(named) <= most:
        return named
    others = named[most - 1 :]
    label = f"{len(others)} others"
    return [*named[: most - 1], (label, added(measures for _, measures in others))]


def _measures(measures: Measures, whole: Measures, style: Style) -> list[str]:
    return [
        mad(measures.fob_centimes, centimes_too=style.centimes),
        share(measures.fob_centimes, whole.fob_centimes),
        f"{measures.shipments:,}",
    ]


def mad(centimes: int, *, centimes_too: bool = False) -> str:
    """An amount with its thousands set apart."""
    return f"{Decimal(centimes).scaleb(-2):,.{2 if centimes_too else 0}f}"


def share(part: int, whole: int) -> str:
    """Per cent of the whole, with one decimal; a dash where there is no whole."""
    return f"{Decimal(100 * part) / whole:.1f}" if whole > 0 else "-"


def grand_total(figures: Figures) -> str:
    """All exports in one line."""
    whole = total(figures)
    return f"{mad(whole.fob_centimes, centimes_too=True)} MAD in {whole.shipments:,} shipments"


def group_name(group: Group) -> str:
    """A group of figures in words, for a line about it."""
    return " / ".join(filter(None, group))


def _month_name(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01'):%b %Y}"


def _empty(heading: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold cyan")
    table.add_column(heading, no_wrap=True, overflow="ellipsis", ratio=1)
    table.expand = True
    return table
