"""`zarbia stats`: the national figures, as a table or for other programs."""

import csv
import json
import sys
from enum import StrEnum
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from console.commands.errors import reported, stderr
from console.commands.stack import Data
from console.stack.session import find

MEASURES = ("fob_value_mad", "net_mass_kg", "quantity", "shipments")


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def stats(
    by: Annotated[str, typer.Option(help="Dimensions, by comma: partner,month")] = "partner",
    where: Annotated[
        list[str] | None, typer.Option(help="Only these, as dimension=value; may be repeated.")
    ] = None,
    output: Annotated[Format, typer.Option("--format")] = Format.TABLE,
    data: Data = None,
) -> None:
    """Show exports by any of the dimensions: value in MAD, net mass, quantity, shipments."""
    with reported():
        url = find(data).services["export_metrics"]
    answer = _ask(url, {"by": by} | _filters(where or []))
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
            Console().print(_table(answer))


def _filters(texts: list[str]) -> dict[str, str]:
    filters: dict[str, str] = {}
    for name, value in map(_filter, texts):
        if name in filters or name == "by":
            raise typer.BadParameter(f"{name} cannot be stated here again", param_hint="--where")
        filters[name] = value
    return filters


def _filter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise typer.BadParameter(f"{text} is not of the form dimension=value", param_hint="--where")
    return name, value


def _ask(url: str, query: dict[str, str]) -> dict[str, Any]:
    try:
        response = httpx.get(f"{url}/v1/statistics", params=query, timeout=60)
    except httpx.TransportError as error:
        stderr.print(f"error: export_metrics cannot be reached: {error}", markup=False)
        raise typer.Exit(1) from error
    if response.is_error:
        stderr.print(f"error: {response.json().get('detail', response.text)}", markup=False)
        raise typer.Exit(1)
    answer: dict[str, Any] = response.json()
    return answer


def _table(answer: dict[str, Any]) -> Table:
    table = Table(title=f"Exports, FOB in MAD ({answer['status']})", title_justify="left")
    for dimension in answer["by"]:
        table.add_column(dimension)
    for measure in MEASURES:
        table.add_column(measure, justify="right")
    for row in answer["rows"]:
        table.add_row(*(str(row[name]) for name in answer["by"]), *_measures(row))
    table.add_section()
    labels = ["total", *[""] * (len(answer["by"]) - 1)]
    table.add_row(*labels, *_measures(answer["total"]), style="bold")
    return table


def _measures(row: dict[str, Any]) -> list[str]:
    return ["" if row[name] is None else _grouped(str(row[name])) for name in MEASURES]


def _grouped(number: str) -> str:
    """A decimal string with its thousands set apart."""
    whole, point, fraction = number.partition(".")
    return f"{int(whole):,}{point}{fraction}" if whole not in {"-0", ""} else number
