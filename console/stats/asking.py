"""A question to export metrics, as options of a command and over HTTP."""

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from console.commands.errors import reported, stderr
from console.stack.session import find

Query = list[tuple[str, str]]
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def _day(text: str) -> str:
    if not _DAY.fullmatch(text):
        raise typer.BadParameter(f"{text} is not of the form YYYY-MM-DD")
    return text


Where = Annotated[
    list[str] | None,
    typer.Option(
        help="Only these, as dimension=value. May be repeated: of one dimension, any will do."
    ),
]
KnownOn = Annotated[
    str | None,
    typer.Option(
        "--known-on", metavar="DATE", parser=_day, help="As known on this day, not as now."
    ),
]
Output = Annotated[Format, typer.Option("--format")]


def filters(texts: Iterable[str], own: Iterable[str]) -> Query:
    """Conditions of the form dimension=value; `own` are names with an option of their own.

    Raises: typer.BadParameter.
    """
    return [_filter(text, set(own)) for text in texts]


def _filter(text: str, own: set[str]) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise typer.BadParameter(f"{text} is not of the form dimension=value", param_hint="--where")
    if name in own:
        raise typer.BadParameter(f"{name} cannot be stated here", param_hint="--where")
    return name, value


def ask(data: Path | None, path: str, query: Query) -> dict[str, Any]:
    """The answer of the running stack. Ends the command with one line where there is none."""
    with reported():
        url = find(data).services["export_metrics"]
    try:
        response = httpx.get(url + path, params=tuple(query), timeout=60)
    except httpx.TransportError as error:
        stderr.print(f"error: export_metrics cannot be reached: {error}", markup=False)
        raise typer.Exit(1) from error
    if response.is_error:
        stderr.print(f"error: {_detail(response)}", markup=False)
        raise typer.Exit(1)
    answer: dict[str, Any] = response.json()
    return answer


def _detail(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return response.text
