"""`zarbia diff`: two rule versions over one history, or two generations, side by side."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from console.commands.errors import stderr
from console.commands.refolding import NOT_COMPARED, progress, refolding_reported, scratch
from console.commands.stack import Data
from console.commands.tail import broker
from console.commands.verify import FoldName
from console.recording.reading import open_recording

if TYPE_CHECKING:
    from console.differing.report import Report
    from console.refolding.trying import Side

AS_SET = "the terms as they were set"


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"


Output = Annotated[Format, typer.Option("--format")]
Rows = Annotated[int, typer.Option(min=0, help="Most triggers and cells to list.")]


def diff(
    rules: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Terms of rules to try (JSON): one file against the terms as they were set, two "
            "files against each other.",
        ),
    ] = None,
    generations: Annotated[
        tuple[int, int],
        typer.Option(
            metavar="A B",
            help="Compare what two generations have published, on the bus or in the --recording.",
            show_default=False,
        ),
    ] = (0, 0),
    recording: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER|FILE",
            help="Try rules on this history, not on the log; or compare the generations as they "
            "are in it (zarbia record all while both are on the broker).",
        ),
    ] = None,
    fold: Annotated[
        FoldName, typer.Option(help="Whose generations to compare.")
    ] = FoldName.EXPORT_METRICS,
    rows: Rows = 20,
    output: Output = Format.TABLE,
    data: Data = None,
) -> None:
    """Show what other rules would have said of the same history, or how two generations differ.

    Reading changes nothing: rules are tried in the shadow, on history, before they are switched
    on. Exit code 0 when A and B are equal, 1 when they differ, 2 when they could not be compared.
    """
    compares_generations = generations != (0, 0)
    if bool(rules) == compares_generations:
        raise typer.BadParameter("state one of --rules and --generations")
    if rules and len(rules) > 2:
        raise typer.BadParameter("at most two files are compared", param_hint="--rules")
    if rules and fold is not FoldName.EXPORT_METRICS:
        raise typer.BadParameter("rules are those of export-metrics", param_hint="--fold")
    with refolding_reported():
        report = (
            _tried(rules, recording, data)
            if rules
            else _compared(generations, fold, recording, data)
        )
    show(report, output, rows)
    if report.nothing:
        raise typer.Exit(NOT_COMPARED)
    if not report.equal:
        raise typer.Exit(1)


def show(report: "Report", output: Format, rows: int) -> None:
    """Print a report as it was asked for."""
    from console.differing.structured import as_json  # noqa: PLC0415 - would slow every command
    from console.differing.view import show as show_table  # noqa: PLC0415 - as above

    if output is Format.JSON:
        typer.echo(json.dumps(as_json(report), ensure_ascii=False))
    else:
        show_table(report, Console(highlight=False), rows)


def _tried(rules: list[Path], recording: Path | None, data: Path | None) -> "Report":
    from console.refolding.inputs import LogInputs, RecordedInputs  # noqa: PLC0415 - as above
    from console.refolding.trying import tried  # noqa: PLC0415 - as above
    from services.export_metrics.fold import EXPORT_STATISTICS  # noqa: PLC0415 - as above

    sides = _sides(rules)
    inputs = (
        RecordedInputs(open_recording(recording), EXPORT_STATISTICS)
        if recording
        else LogInputs(broker(data), EXPORT_STATISTICS)
    )
    with scratch() as folder, progress() as bar:
        return asyncio.run(tried(inputs, sides, folder, bar))


def _sides(rules: list[Path]) -> "tuple[Side, Side]":
    from console.refolding.terms import read_terms  # noqa: PLC0415 - as above

    with _terms_reported():
        b, *a = [(path.name, read_terms(path)) for path in reversed(rules)]
    return (a[0] if a else (AS_SET, ())), b


@contextmanager
def _terms_reported() -> Iterator[None]:
    from console.refolding.terms import TermsError  # noqa: PLC0415 - as above

    try:
        yield
    except TermsError as error:
        for line in str(error).splitlines():
            stderr.print("error:", line, markup=False)
        raise typer.Exit(2) from error


def _compared(
    generations: tuple[int, int], fold: FoldName, recording: Path | None, data: Path | None
) -> "Report":
    from console.generations.comparing import (  # noqa: PLC0415 - as above
        compared,
        compared_recorded,
    )
    from console.verifying import FOLDS  # noqa: PLC0415 - as above

    subject = FOLDS[fold]
    with scratch() as folder, progress() as bar:
        if recording is None:
            return asyncio.run(compared(broker(data), subject, generations, folder, bar))
        opened = open_recording(recording)
        return asyncio.run(compared_recorded(opened, subject, generations, folder, bar))
