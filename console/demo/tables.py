"""The tables of the demonstration, narrow enough for two of them side by side in 80 columns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rich.bar import Bar
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from console.demo.figures import Figures, Group, Measures, added, by, largest_first, total
from console.demo.notices import GROUP_NAMES
from console.demo.platform import Reading
from console.demo.unpaid import OPEN, PROTRACTED_DEFAULT, SUPERSEDED, WITHDRAWN
from contracts.reference.countries import country_name

RULES = (PROTRACTED_DEFAULT, "loss", "damage")
STATES = (OPEN, WITHDRAWN, SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Style:
    """`rows` is the most that a table shows before it sums up the others; `bars` their width.

    Amounts are in whole millions and a tenth, or to the centime.
    """

    rows: int
    bars: int = 0
    centimes: bool = False


def by_country(sums: Mapping[str, Measures], style: Style) -> Table:
    """Exports by partner, the largest first."""
    return _table("Country", largest_first(sums), country_name, style)


def by_product_group(sums: Mapping[str, Measures], style: Style) -> Table:
    """Exports by product group, the largest first."""
    return _table("Product group", largest_first(sums), lambda c: GROUP_NAMES.get(c, c), style)


def by_month(sums: Mapping[str, Measures], style: Style) -> Table:
    """Exports by month, in order."""
    return _table("Month", dict(sorted(sums.items())), _month_name, style)


def triggers(reading: Reading) -> Table:
    """Risk triggers by rule: those that stand, and those that were taken back."""
    table = empty_table("Risk trigger")
    for state in STATES:
        table.add_column(state, justify="right", no_wrap=True)
    counts = reading.by_state
    for rule in RULES:
        shown = [Text(rule.replace("-", " "))]
        shown += [
            Text(f"{counts[rule, state]:,}", style="yellow" if state == OPEN else "")
            for state in STATES
        ]
        table.add_row(*shown)
    return table


def triggers_line(reading: Reading) -> Text:
    """The same in one line: how many stand of those that were ever constituted."""
    text = Text("Risk triggers", style="bold cyan", no_wrap=True, overflow="ellipsis")
    counts = reading.by_state
    for rule in RULES:
        ever = sum(counts[rule, state] for state in STATES)
        text.append(f"   {rule.replace('-', ' ')} ", style="not bold default")
        text.append(f"{counts[rule, OPEN]}", style="not bold yellow")
        text.append(f" of {ever}", style="not bold dim default")
    return text


def _table(
    heading: str, sums: Mapping[str, Measures], name: Callable[[str], str], style: Style
) -> Table:
    table = empty_table(heading)
    table.add_column("FOB MAD" if style.centimes else "MAD M", justify="right", no_wrap=True)
    table.add_column("%", justify="right", no_wrap=True)
    if style.centimes:
        table.add_column("shipments", justify="right", no_wrap=True)
    if style.bars:
        table.add_column("", no_wrap=True, width=style.bars)
    whole = added(sums.values())
    rows = _rows(sums, name, style.rows - 1)
    largest = max((measures.fob_centimes for _, measures in rows), default=0)
    for label, measures in rows:
        cells: list[RenderableType] = [label, *_measures(measures, whole, style)]
        if style.bars:
            end = max(measures.fob_centimes, 0)
            cells.append(Bar(max(largest, 1), 0, end, width=style.bars, color="cyan"))
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
    percent = share(measures.fob_centimes, whole.fob_centimes)
    if style.centimes:
        amount = mad(measures.fob_centimes, centimes_too=True)
        return [amount, percent, f"{measures.shipments:,}"]
    return [f"{Decimal(measures.fob_centimes).scaleb(-8):,.1f}", percent]


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


def reading_of(figures: Figures, reading: Reading) -> Reading:
    """The same triggers, with sums made from all figures."""
    return Reading(
        months=by(figures, lambda group: group.month),
        partners=by(figures, lambda group: group.partner),
        groups=by(figures, lambda group: group.product_group),
        triggers=reading.triggers,
    )


def _month_name(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01'):%b %Y}"


def empty_table(heading: str) -> Table:
    """A table without rules whose first column takes what is left of the width."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold cyan")
    table.add_column(heading, no_wrap=True, overflow="ellipsis", ratio=1)
    table.expand = True
    return table
