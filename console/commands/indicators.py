"""`zarbia indicators`: growth, shares and ranks of a period, as a table or for other programs."""

import csv
import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console

from console.commands.stack import Data
from console.stats.asking import Format, KnownOn, Output, Where, ask, filters
from console.stats.comparison import view

OWN = ("period", "by", "known_on", "lag_days")
FIELDS = (
    "rank",
    "value_mad",
    "previous_mad",
    "growth_percent",
    "contribution_points",
    "share_percent",
    "share_change_points",
    "like_lag_value_mad",
    "like_lag_previous_mad",
    "like_lag_growth_percent",
    "women_led_share_percent",
    "women_led_coverage_percent",
)


def indicators(
    period: Annotated[
        str, typer.Option(metavar="MONTHS", help="2025-01..2025-11, a month or a year.")
    ],
    by: Annotated[str, typer.Option(help="Dimensions, by comma: partner,region")] = "partner",
    where: Where = None,
    known_on: KnownOn = None,
    lag_days: Annotated[
        int | None,
        typer.Option(min=0, help="Like lag: days after the ends; else the most known."),
    ] = None,
    output: Output = Format.TABLE,
    data: Data = None,
) -> None:
    """Show exports of a period on the same months of the year before: growth, shares, ranks."""
    query = [("period", period), ("by", by), *filters(where or [], OWN)]
    query += [("known_on", known_on)] if known_on else []
    query += [("lag_days", str(lag_days))] if lag_days is not None else []
    answer = ask(data, "/v1/indicators", query)
    match output:
        case Format.JSON:
            typer.echo(json.dumps(answer, ensure_ascii=False))
        case Format.CSV:
            _write(answer)
        case Format.TABLE:
            Console().print(view(answer))


def _write(answer: dict[str, Any]) -> None:
    """A line for each group, or one for the whole; `reasons` as field=reason, by semicolon."""
    columns = [*answer["by"], *FIELDS, "reasons"]
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for row in answer["rows"] if answer["by"] else [answer["total"]]:
        reasons = ";".join(f"{name}={why}" for name, why in sorted(row["reasons"].items()))
        writer.writerow(row | row.get("group", {}) | {"reasons": reasons})
