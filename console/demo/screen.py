"""Showing a demonstration: a live screen on a terminal, a line now and then elsewhere."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from console.demo import tables
from console.demo.board import Board
from console.demo.charts import months_chart
from console.demo.tables import Style

WIDE = 110
FIXED_LINES = 10
"""Lines that are not of the chart, the tables or the news, with one below that stays free."""
MOST_CHART, MOST_ROWS, LEAST_NEWS = 16, 13, 3
NUMBERS_AND_NAME, MOST_BAR = 34, 30
"""Columns of a live table beside its bars, and of the longest bar."""
TRIGGERS_WIDTH = 50
PLAIN_STEPS = 10


class Screen(Protocol):
    def __enter__(self) -> "Screen": ...

    def __exit__(self, *_: object) -> None: ...

    def show(self, board: Board) -> None:
        """Show how things stand now."""


def make_screen(console: Console) -> Screen:
    """The screen that suits where the console writes to."""
    return LiveScreen(console) if console.is_terminal else PlainScreen(console)


class LiveScreen:
    """Redraws itself in place, and leaves nothing behind."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> "LiveScreen":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, board: Board) -> None:
        size = self._console.size
        self._live.update(live_view(board, size.width, size.height), refresh=True)


class PlainScreen:
    """A line at every tenth of the way, for logs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._said = -1

    def __enter__(self) -> "PlainScreen":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to tidy up."""

    def show(self, board: Board) -> None:
        step = PLAIN_STEPS * board.done // max(board.commands, 1)
        if step > self._said:
            self._said = step
            said = [board.day.isoformat(), _done(board), _speed(board), board.delay_text()]
            self._console.print(
                "; ".join(filter(None, said)), highlight=False, soft_wrap=True, markup=False
            )


def live_view(board: Board, width: int, height: int) -> RenderableType:
    """The whole live screen, cut to the terminal."""
    rows = _share_out(height if width >= WIDE else height - 1)
    half = (width - 2) // 2
    style = Style(rows=rows.tables, bars=min(max(half - NUMBERS_AND_NAME, 0), MOST_BAR))
    reading = board.reading
    years = range(board.scenario.first_day.year, board.scenario.last_day.year + 1)
    values = {month: measures.fob_centimes for month, measures in reading.months.items()}
    return Group(
        _heading(board),
        _progress(board),
        _pace(board),
        Text(),
        months_chart(values, years, width, rows.chart),
        Text(),
        beside(
            tables.by_country(reading.partners, style),
            tables.by_product_group(reading.groups, style),
        ),
        Text(),
        _news(board, width, rows.news),
    )


class Rows(NamedTuple):
    """How many lines each part of the live screen has."""

    chart: int
    tables: int
    news: int


def _share_out(height: int) -> Rows:
    left = height - FIXED_LINES
    news = max(LEAST_NEWS, left // 4)
    table_rows = max(5, min(MOST_ROWS, (left - news) // 2))
    return Rows(max(2, min(MOST_CHART, left - news - table_rows)), table_rows, news)


def _news(board: Board, width: int, most: int) -> RenderableType:
    """The triggers and the latest news: in columns where there is room, else in lines."""
    if width < WIDE:
        return Group(tables.triggers_line(board.reading), _ticker(board, most))
    grid = Table.grid(expand=True, padding=(0, 4, 0, 0))
    grid.add_column(width=TRIGGERS_WIDTH)
    grid.add_column(ratio=1)
    grid.add_row(tables.triggers(board.reading), _ticker(board, most))
    return grid


def _ticker(board: Board, most: int) -> Text:
    """The latest news, the last one below, with the heading as many lines as it may have."""
    lines = [Text("News", style="bold cyan")]
    lines += [
        Text.assemble((f"{notice.day:%d %b %Y}  ", "dim"), (notice.text, notice.style))
        for notice in board.notices.lines[1 - most :]
    ]
    lines += [Text()] * (most - len(lines))
    return Text("\n", no_wrap=True, overflow="ellipsis").join(lines)


def final_view(board: Board, width: int) -> RenderableType:
    """All figures to the centime: side by side where there is room, else one below the other."""
    is_wide = width >= WIDE
    style = Style(rows=30, centimes=True, bars=0 if is_wide else 12)
    reading = board.reading
    left = [tables.by_month(reading.months, style), tables.triggers(reading)]
    right = [
        tables.by_country(reading.partners, style),
        tables.by_product_group(reading.groups, style),
    ]
    if is_wide:
        return Group(beside(Group(*_with_gaps(left)), Group(*_with_gaps(right))))
    return Group(*_with_gaps([*left, *right]))


def beside(left: RenderableType, right: RenderableType) -> Table:
    """Two things in halves of the width."""
    grid = Table.grid(expand=True, padding=(0, 2, 0, 0))
    grid.add_column(ratio=1)
    grid.add_column(ratio=1)
    grid.add_row(left, right)
    return grid


def _heading(board: Board) -> Table:
    scenario = board.scenario
    grid = Table.grid(expand=True)
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    title = f"Craft exports, {scenario.first_day:%B %Y} to {scenario.last_day:%B %Y}, made up"
    grid.add_row(Text(title, style="bold"), Text(f"{board.day:%a %d %b %Y}", style="bold green"))
    return grid


def _pace(board: Board) -> Text:
    minutes, seconds = divmod(int(board.seconds), 60)
    said = [f"{minutes}:{seconds:02}", _speed(board), board.delay_text()]
    return Text(" · ".join(filter(None, said)), style="dim", no_wrap=True, overflow="ellipsis")


def _progress(board: Board) -> Table:
    grid = Table.grid(expand=True, padding=(0, 1, 0, 0))
    grid.add_column(ratio=1)
    grid.add_column(no_wrap=True)
    grid.add_row(ProgressBar(total=board.commands, completed=board.done), Text(_done(board)))
    return grid


def _done(board: Board) -> str:
    return f"{board.done:,} of {board.commands:,} commands"


def _speed(board: Board) -> str:
    return f"{board.commands_per_second():,} commands/s" if board.played else ""


def _with_gaps(shown: Iterable[RenderableType]) -> Iterable[RenderableType]:
    for renderable in shown:
        yield renderable
        yield Text()
