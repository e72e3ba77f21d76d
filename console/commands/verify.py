"""`zarbia verify`: fold the log or a recording from zero and compare with what is live."""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from console.commands.refolding import NOT_COMPARED, progress, refolding_reported, scratch
from console.commands.stack import Data
from console.commands.tail import broker
from console.recording.reading import open_recording

MOST_SHOWN = 5
_AS_IT_IS: dict[str, Any] = {"markup": False, "highlight": False, "soft_wrap": True}
console = Console()


class FoldName(StrEnum):
    EXPORT_METRICS = "export-metrics"
    REGISTRY_METRICS = "registry-metrics"


def verify(
    recording: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER|FILE",
            help="Fold this recording, not the log. Compared with the figures and triggers in it "
            "where it holds them (zarbia record all) and no --data is named, else with the stack.",
        ),
    ] = None,
    fold: Annotated[
        FoldName, typer.Option(help="Whose figures to compare.")
    ] = FoldName.EXPORT_METRICS,
    generation: Annotated[
        int | None,
        typer.Option(min=1, help="Generation to compare with; unless stated, the one in charge."),
    ] = None,
    data: Data = None,
) -> None:
    """Fold the whole log from zero and compare every figure and trigger with what is published.

    Prints one digest of all that the log says: a recording of the same log has the same one. Exit
    code 1 when anything differs; else 2 when not everything could be compared.
    """
    # Brings in the folds; nothing else of the command needs them.
    from console.generations.known import in_charge  # noqa: PLC0415 - would slow every command
    from console.refolding.recorded import holds_outputs  # noqa: PLC0415 - as above
    from console.refolding.verifying import verified_recording  # noqa: PLC0415 - as above
    from console.verifying import FOLDS, verified  # noqa: PLC0415 - as above

    subject = FOLDS[fold]
    with refolding_reported(), scratch() as folder, progress() as bar:
        if recording:
            opened = open_recording(recording)
            alone = data is None and holds_outputs(opened, subject)
            kafka = None if alone else broker(data)
            found = asyncio.run(verified_recording(opened, kafka, generation, folder, bar, subject))
        else:
            kafka = broker(data)
            live = generation or asyncio.run(in_charge(kafka, subject.fold))
            found = asyncio.run(verified(kafka, live, folder, bar, subject))
    for each in found.differences[:MOST_SHOWN]:
        console.print(
            f"partition {each.partition}, {each.what} {each.key}", style="red", **_AS_IT_IS
        )
        console.print(f"  live      {_text(each.live)}", **_AS_IT_IS)
        console.print(f"  from zero {_text(each.refolded)}", **_AS_IT_IS)
    console.print(found.summary(), **_AS_IT_IS)
    if found.nothing:
        raise typer.Exit(NOT_COMPARED)
    of = " of what was compared" if found.unpublished else ""
    console.print(f"digest{of} {found.digest}", **_AS_IT_IS)
    if found.differences:
        raise typer.Exit(1)
    if found.unpublished:
        raise typer.Exit(NOT_COMPARED)


def _text(value: bytes | None) -> str:
    return "nothing" if value is None else value.decode(errors="replace")
