"""`zarbia import declarations FILE`: a national customs file becomes exports."""

import asyncio
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Annotated

import httpx
import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from chassis.clock import SystemClock, local_day
from console.commands.errors import reported, stderr
from console.commands.stack import Data
from console.customs_file import MEANING, CustomsFile, CustomsFileError, Reason, Scope
from console.importing.batches import Batches, Valuation
from console.importing.checkpoint import Checkpoint, CheckpointError
from console.importing.client import BulkClient, ImportStoppedError
from console.importing.outcome import Tally
from console.importing.rejects import RejectsFile
from console.importing.run import run_import
from console.stack.session import RunningStack, find
from contracts.problem import problems_of
from contracts.reference import currencies
from contracts.values import ExchangeRate

REQUEST_SECONDS = 60.0
app = typer.Typer(no_args_is_help=True, help="Bring files into the platform.")


@app.callback()
def _group() -> None:
    """Keeps `declarations` a word of its own while it is the only one."""


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for."""

    file: Path
    scope: Scope
    valuation: Valuation
    rejects: Path | None

    def options(self) -> dict[str, str]:
        """What makes two imports of one file different ones."""
        return {
            "scope": self.scope,
            "currency": self.valuation.currency,
            "rate": self.valuation.mad_per_unit or "",
            "rejects": str(self.rejects.resolve()) if self.rejects else "",
        }


@app.command()
def declarations(
    file: Annotated[Path, typer.Argument(help="CSV of declarations, plain or gzip.")],
    scope: Annotated[Scope, typer.Option(help="Crafts only, or every HS code.")] = Scope.CRAFTS,
    currency: Annotated[str, typer.Option(help="Currency of the prices (ISO 4217).")] = "MAD",
    rate: Annotated[str | None, typer.Option(help="MAD for one unit of the currency.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    rejects: Annotated[
        Path | None, typer.Option(help="CSV of the rows not accepted, with reasons.")
    ] = None,
    data: Data = None,
) -> None:
    """Import export declarations through the commands of registry and exports.

    Importing a file again changes no figure. An import that was cut off goes on where it stopped
    when the same command is given again.
    """
    job = Job(file, scope, _valuation(currency, rate), rejects)
    if rejects and rejects.exists() and file.exists() and rejects.samefile(file):
        raise typer.BadParameter("would overwrite the file that is read", param_hint="--rejects")
    with reported():
        stack = find(data)
    started = perf_counter()
    try:
        checkpoint = asyncio.run(_import(job, stack))
    except (CustomsFileError, CheckpointError, ImportStoppedError, OSError) as error:
        stderr.print("error:", str(error), markup=False)
        raise typer.Exit(1) from error
    seconds = perf_counter() - started
    if as_json:
        summary = checkpoint.tally.as_json() | {
            "scope": scope.value,
            "resumed": checkpoint.resumed,
            "seconds": f"{seconds:.1f}",
        }
        typer.echo(json.dumps(summary))
    else:
        Console().print(_table(checkpoint, seconds))


async def _import(job: Job, stack: RunningStack) -> Checkpoint:
    today = local_day(SystemClock().now())
    with CustomsFile(job.file) as customs_file:
        checkpoint = Checkpoint.open(stack.data, job.file, job.options())
        rejects = RejectsFile(job.rejects, checkpoint.rejects_bytes) if job.rejects else None
        batches = Batches(job.scope, job.valuation, today).cut(customs_file, checkpoint.line)
        columns = (
            TextColumn("[bold]declarations"),
            BarColumn(bar_width=None),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[rows]:>10,} rows"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=stderr, transient=True) as progress:
            task = progress.add_task(
                "import", total=customs_file.bytes_total, rows=checkpoint.tally.read
            )

            def on_progress(_: int) -> None:
                progress.update(task, completed=customs_file.bytes_read, rows=checkpoint.tally.read)

            async with httpx.AsyncClient(timeout=REQUEST_SECONDS) as http:
                client = BulkClient(http, stack.services["registry"], stack.services["exports"])
                try:
                    await run_import(batches, client, checkpoint, rejects, on_progress)
                finally:
                    if rejects is not None:
                        rejects.close()
    checkpoint.finish()
    return checkpoint


def _valuation(currency: str, rate: str | None) -> Valuation:
    if not currencies.is_currency(currency):
        raise typer.BadParameter(f"{currency} is no currency of ISO 4217", param_hint="--currency")
    if (currency == "MAD") != (rate is None):
        need = "is not converted" if currency == "MAD" else "needs one"
        raise typer.BadParameter(f"{currency} {need}", param_hint="--rate")
    return Valuation(currency, None if rate is None else _rate(rate))


def _rate(text: str) -> str:
    try:
        rate: Decimal = TypeAdapter(ExchangeRate).validate_python(text)
    except ValidationError as error:
        raise typer.BadParameter(str(problems_of(error)[0]), param_hint="--rate") from error
    if rate == 0:
        raise typer.BadParameter("must be above zero", param_hint="--rate")
    return text


def _table(checkpoint: Checkpoint, seconds: float) -> Table:
    tally = checkpoint.tally
    table = Table(title="Import of declarations", title_justify="left")
    table.add_column("rows")
    table.add_column("count", justify="right")
    table.add_column("meaning", overflow="fold")
    table.add_row("read", f"{tally.read:,}", f"in {seconds:.1f} s")
    table.add_row("accepted", f"{tally.accepted:,}", "counted in the figures", style="bold")
    table.add_row("duplicates", f"{tally.duplicates:,}", _declared_before(tally))
    table.add_row("out of scope", f"{tally.out_of_scope:,}", "no craft")
    for code, count in sorted(tally.rejected.items()):
        meaning = MEANING[Reason(code)] if code in set(Reason) else "refused by the exports service"
        table.add_row(code, f"{count:,}", meaning)
    return table


def _declared_before(tally: Tally) -> str:
    other = tally.duplicates_with_other_content
    return f"declared before; {other:,} with another content" if other else "declared before"
