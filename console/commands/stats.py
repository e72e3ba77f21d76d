"""`zarbia stats`: the national figures, as a table or for other programs."""

import csv
import json
import sys
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from console.commands.stack import Data
from console.stats.asking import Format, KnownOn, Output, Where, ask, filters
from console.stats.labels import grouped

MEASURES = ("fob_value_mad", "net_mass_kg", "quantity", "shipments")
HEADINGS = ("FOB\nMAD", "net mass\nkg", "quantity", "ship-\nments")
OWN = ("by", "known_on")


def stats(
    by: Annotated[str, typer.Option(help="Dimensions, by comma: partner,month")] = "partner",
    where: Where = None,
    known_on: KnownOn = None,
    output: Output = Format.TABLE,
    data: Data = None,
) -> None:
    """Show exports by any of the dimensions: value in MAD, net mass, quantity, shipments."""
    query = [("by", by), *filters(where or [], OWN)]
    query += [("known_on", known_on)] if known_on else []
    answer = ask(data, "/v1/statistics", query)
    match output:
        case Format.JSON:
            typer.echo(json.dumps(answer, ensure_ascii=False))
        case Format.CSV:
            writer = csv.DictWriter(
                sys.stdout, [*answer["by"], *MEASURES], lineterminator="\n", extrasaction="ignore"
            )
            writer.writeheader()
            writer.writerows(answer["rows"])
        case Format.TABLE:
            console = Console()
            console.print(_table(answer))
            console.print(Text(f" {answer['status_line']}", style="cyan"))


def _table(answer: dict[str, Any]) -> Table:
    table = Table(
        title=f"Exports, FOB in MAD ({answer['status']})",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        collapse_padding=True,
    )
    for dimension in answer["by"]:
        table.add_column(dimension.replace("_", " "), overflow="fold")
    for heading in HEADINGS:
        # Figures keep their width: one that is cut short would be read as another figure.
        table.add_column(heading, justify="right", no_wrap=True)
    for row in answer["rows"]:
        table.add_row(*(str(row[name] or "none") for name in answer["by"]), *_measures(row))
    table.add_section()
    labels = ["total", *[""] * (len(answer["by"]) - 1)]
    table.add_row(*labels, *_measures(answer["total"]), style="bold")
    return table


def _measures(row: dict[str, Any]) -> list[str]:
    return ["" if row[name] is None else grouped(str(row[name])) for name in MEASURES]
