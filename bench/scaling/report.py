"""Tables, and the lines for machines that are printed last."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

WIDTH = 120
MIB = 2**20


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> None:
    """Print a table, all but its first column to the right, and a note below it."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console = Console(width=WIDTH)
    console.print(table)
    if note:
        console.print(note)


def line(unit: str, name: str, value: float) -> str:
    """One figure for machines, as `ratio flat 1.04`."""
    return f"{unit} {name} {value:.2f}"


def mib(size: float) -> str:
    return f"{size / MIB:,.0f}"
