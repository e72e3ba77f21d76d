"""`zarbia verify`: fold the log once more from zero and compare with what is live."""

import asyncio
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from console.commands.errors import reported
from console.commands.stack import Data
from console.stack.session import find

MOST_SHOWN = 5
console = Console()


class FoldName(StrEnum):
    EXPORT_METRICS = "export-metrics"
    REGISTRY_METRICS = "registry-metrics"


def verify(
    fold: Annotated[
        FoldName, typer.Option(help="Whose figures to compare.")
    ] = FoldName.EXPORT_METRICS,
    generation: Annotated[int, typer.Option(help="Generation of the fold to compare with.")] = 1,
    data: Data = None,
) -> None:
    """Fold the whole log from zero and compare every figure and trigger with what is published.

    Prints one digest of all that the log says. Exit code 1 when anything differs.
    """
    with reported():
        kafka = find(data).kafka
    # Brings in the folds; nothing else of the command needs them.
    from console.verifying import (  # noqa: PLC0415 - would slow every command
        FOLDS,
        Verification,
        verified,
    )

    with tempfile.TemporaryDirectory(prefix="zarbia-verify-") as folder, _progress() as progress:
        found: Verification = asyncio.run(
            verified(kafka, generation, Path(folder), progress, FOLDS[fold])
        )
    for each in found.differences[:MOST_SHOWN]:
        console.print(
            f"partition {each.partition}, {each.what} {each.key}", style="red", markup=False
        )
        console.print(f"  live      {_text(each.live)}", markup=False, highlight=False)
        console.print(f"  from zero {_text(each.refolded)}", markup=False, highlight=False)
    console.print(found.summary(), markup=False, highlight=False)
    console.print(f"digest {found.digest}", markup=False, highlight=False)
    if found.differences:
        raise typer.Exit(1)


def _text(value: bytes | None) -> str:
    return "nothing" if value is None else value.decode(errors="replace")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
