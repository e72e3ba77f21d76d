"""What an analyst sees of two accounts: sums by rule and month, what differs, one verdict."""

from collections.abc import Iterator

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from console.differing.amounts import Measure, grouped, signed, whole_mad
from console.differing.episodes import Change, Episode, Pair
from console.differing.report import Report, Sum, Sums

WIDE = 112
"""From so many columns on, a subject has room for all of its id."""
SHORT_ID = 8
_VERDICTS = {True: "bold green", False: "bold red", None: "bold yellow"}


def show(report: Report, console: Console, rows: int) -> None:
    """`rows` are the most triggers and cells that are listed."""
    for part in _parts(report, console.width, rows):
        console.print(part)
    console.print(Text(report.verdict(), _VERDICTS[report.equal]))


def _parts(report: Report, width: int, rows: int) -> Iterator[RenderableType]:
    yield Text.assemble(("A", "bold"), f"  {report.a}\n", ("B", "bold"), f"  {report.b}")
    for note in report.notes:
        yield Text(note, "yellow")
    if report.pairs:
        yield _by_month(report)
        yield _by_change(report)
    if changed := report.changed:
        yield _triggers(changed, width, rows)
    yield Text(_figures(report))
    if cells := report.figures.cells():
        yield _cells(report, rows)
        if len(cells) > rows:
            yield Text(f"… and {len(cells) - rows:,} more (--rows, or --format json)", "dim")


def _table(title: str) -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
    )


def _with_sums(title: str, first: str) -> Table:
    table = _table(title)
    table.add_column(first, overflow="fold")  # rather than a figure that is cut short
    for name in ("A", "B"):
        table.add_column(name, justify="right", no_wrap=True)
        table.add_column(f"exposed\nby {name}, MAD", justify="right", no_wrap=True)
    table.add_column("B - A", justify="right", no_wrap=True)
    table.add_column("exposed\nB - A, MAD", justify="right", no_wrap=True)
    return table


def _sums(sums: Sums) -> list[str]:
    a, b = sums
    exposed = whole_mad(b.exposed - a.exposed)
    more = (signed(b.triggers - a.triggers, 0), signed(exposed, 0))
    return [*_sum(a), *_sum(b), *more]


def _sum(of: Sum) -> tuple[str, str]:
    return (f"{of.triggers:,}", f"{whole_mad(of.exposed):,}") if of.triggers else ("", "")


def _by_month(report: Report) -> Table:
    """A rule by which A and B agree in every month has one line."""
    what = "that stand" if report.standing else "constituted"
    table = _with_sums(f"Triggers {what}, by rule and month", "rule, month")
    months = report.by_month()
    for rule in dict.fromkeys(rule for rule, _ in months):
        of_rule = {month: sums for (each, month), sums in months.items() if each == rule}
        table.add_row(rule, *_sums(Sums.over(of_rule.values())))
        if any(sums.a != sums.b for sums in of_rule.values()):
            for month, sums in of_rule.items():
                table.add_row(f"  {month}", *_sums(sums), style="" if sums.a != sums.b else "dim")
    table.add_section()
    table.add_row("all", *_sums(report.total()), style="bold")
    if not report.standing:
        table.add_row("stand at the end", *_sums(report.stand()))
    return table


def _by_change(report: Report) -> Table:
    table = _with_sums("The same, by what differs", "difference")
    for change, sums in report.by_change().items():
        if sums != Sums():
            style = "dim" if change is Change.NONE else ""
            table.add_row(change.value, *_sums(sums), style=style)
    return table


def _triggers(changed: list[Pair], width: int, rows: int) -> Table:
    more = f", the first {rows:,}" if len(changed) > rows else ""
    table = _table(f"{len(changed):,} triggers differ{more}")
    table.add_column("trigger", overflow="fold")
    for name in ("A", "B"):
        table.add_column(f"exposed\nby {name}, MAD", justify="right", no_wrap=True)
        table.add_column(f"by {name}\non, until", no_wrap=True)
    last = None
    for pair in changed[:rows]:
        if pair.change is not last:
            table.add_row(pair.change.value, style="bold")
            last = pair.change
        subject = pair.matter.subject if width >= WIDE else _short(pair.matter.subject)
        episode = f", no. {pair.matter.episode}" if pair.matter.episode > 1 else ""
        about = f"{pair.matter.rule}{episode}\n{pair.matter.subject_kind} {subject}"
        table.add_row(about, *_side(pair.a), *_side(pair.b))
    return table


def _side(episode: Episode | None) -> tuple[str, str]:
    if episode is None:
        return "", ""
    until = episode.ended_on.isoformat() if episode.ended_on else "stands"
    return grouped(episode.exposed), f"{episode.constituted_on}\n{until}"


def _short(subject: str) -> str:
    """Ids by how they begin; what comes after a slash is short as it is."""
    id_, slash, rest = subject.partition("/")
    return f"{id_[:SHORT_ID]}…{slash}{rest}" if len(id_) > SHORT_ID else subject


def _figures(report: Report) -> str:
    figures = report.figures
    if not figures.differing:
        equal = ", all equal" if figures.compared else ""
        return f"Figures: {figures.compared:,} contributions{equal}."
    cells = len({each.cell for each in figures.cells()})
    return (
        f"Figures: of {figures.compared:,} contributions {figures.differing:,} differ, "
        f"in {cells:,} cells of the country."
    )


def _cells(report: Report, rows: int) -> Table:
    table = _table("Cells that differ, by the contributions that do")
    table.add_column("cell", overflow="fold")
    table.add_column("measure")
    for name in ("A", "B", "B - A"):
        table.add_column(name, justify="right", no_wrap=True)
    last: tuple[str, ...] = ()
    for cell, name, a, b in report.figures.cells()[:rows]:
        label, decimals = Measure.of(name)
        sums = (grouped(a, decimals), grouped(b, decimals), signed(b - a, decimals))
        table.add_row("" if cell == last else " ".join(cell), label, *sums)
        last = cell
    return table
