"""Showing a demonstration: a live screen on a terminal, a line now and then elsewhere."""

from collections.abc import Iterable
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from console.demo import tables
from console.demo.board import Board
from console.demo.tables import Style

WIDE = 110
FIXED_LINES = 15
"""Lines of the live screen that are not rows of its two upper tables."""
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
    style = Style(rows=max(3, min(12, height - FIXED_LINES)), bars=width >= WIDE)
    figures = board.reading.figures
    return Group(
        _heading(board),
        _progress(board),
        Text(" · ".join(filter(None, [_speed(board), board.delay_text()])), style="dim"),
        Text(),
        beside(tables.by_country(figures, style), tables.by_product_group(figures, style)),
        Text(),
        beside(tables.by_month(figures, style), tables.triggers(board.reading)),
    )


def final_view(board: Board, width: int) -> RenderableType:
    """All figures to the centime: side by side where there is room, else one below the other."""
    is_wide = width >= WIDE
    style = Style(rows=30, centimes=True, bars=not is_wide)
    figures = board.reading.figures
    pairs = (
        (tables.by_country(figures, style), tables.by_product_group(figures, style)),
        (tables.by_month(figures, style), tables.triggers(board.reading)),
    )
    if is_wide:
        shown: list[RenderableType] = [beside(*pair) for pair in pairs]
    else:
        shown = [table for pair in pairs for table in pair]
    return Group(*_with_gaps(shown))


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
    title = f"Craft exports, {scenario.first_day:%B} to {scenario.last_day:%B %Y}, made up"
    grid.add_row(Text(title, style="bold"), Text(f"{board.day:%a %d %b %Y}", style="bold green"))
    return grid


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
