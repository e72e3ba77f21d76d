"""`zarbia generations`: which there are of a fold, and how a new one takes over."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from console.commands.diff import Format, Output, Rows, show
from console.commands.errors import stderr
from console.commands.refolding import progress, refolding_reported, scratch
from console.commands.stack import Data
from console.commands.tail import broker
from console.commands.verify import FoldName
from console.stack.session import find

if TYPE_CHECKING:
    from console.generations.instance import Instance
    from console.generations.overview import Generation
    from console.verifying import Verifiable

ASK_AGAIN_SECONDS = 0.2
app = typer.Typer(help="Generations of a fold, side by side on the bus.")
Whose = Annotated[FoldName, typer.Option("--fold", help="Of which fold.")]


@app.callback(invoke_without_command=True)
def generations(
    context: typer.Context,
    fold: Whose = FoldName.EXPORT_METRICS,
    output: Output = Format.TABLE,
    data: Data = None,
) -> None:
    """Show each generation: where it is in charge, how far it is, whether its figures are equal."""
    if context.invoked_subcommand:
        return
    from console.generations.overview import overview  # noqa: PLC0415 - would slow every command

    with refolding_reported():
        found = asyncio.run(overview(broker(data), _subject(fold).fold))
    if output is Format.JSON:
        typer.echo(json.dumps([each.as_json() for each in found]))
    elif found:
        Console(highlight=False).print(_table(found))
    else:
        stderr.print(f"{fold.value} has no generation here: its service has never run")


@app.command()
def take_over(
    generation: Annotated[int, typer.Argument(min=1, help="The generation to be in charge.")],
    at: Annotated[
        list[str] | None,
        typer.Option(
            metavar="URL",
            help="A process of that generation; all must be named. By default the stack's own.",
        ),
    ] = None,
    accept_differences: Annotated[
        bool, typer.Option("--accept-differences", help="Also when figures or triggers differ.")
    ] = False,
    seconds: Annotated[int, typer.Option(min=1, help="How long it may take.")] = 60,
    fold: Whose = FoldName.EXPORT_METRICS,
    rows: Rows = 20,
    data: Data = None,
) -> None:
    """Have a generation be in charge, instead of the one that is.

    It must have closed the same day everywhere. Its figures and triggers are compared with those of
    the one in charge, and what differs is shown; then nothing is done, unless differences are
    accepted. It tells what differs in triggers once, as it takes over.
    """
    from console.generations.instance import Instance  # noqa: PLC0415 - as above
    from console.generations.taking_over import in_charge, require_whole  # noqa: PLC0415 - as above

    subject = _subject(fold)
    with refolding_reported(), _instances_reported():
        urls = at or [find(data).services[fold.value.replace("-", "_")]]
        instances = [Instance(url) for url in urls]
        require_whole(subject.fold, generation, [(each, each.state()) for each in instances])
        partitions = subject.fold.figures.cursors(generation).partitions
        if len(in_charge(instances)) == partitions:
            stderr.print(f"generation {generation} is in charge already")
            return
        if not _may_take_over(subject, generation, rows, data, accept=accept_differences):
            raise typer.Exit(1)
        for each in instances:
            each.take_over(generation)
        _wait(instances, partitions, generation, seconds)


def _may_take_over(
    subject: "Verifiable", generation: int, rows: int, data: Path | None, *, accept: bool
) -> bool:
    from console.generations.comparing import compared  # noqa: PLC0415 - as above
    from console.generations.taking_over import predecessor  # noqa: PLC0415 - as above

    kafka = broker(data)
    with scratch() as folder, progress() as bar:
        former = asyncio.run(predecessor(kafka, subject.fold, generation))
        pair = (former, generation)
        report = asyncio.run(compared(kafka, subject, pair, folder, bar))
    show(report, Format.TABLE, rows)
    if report.behind:
        stderr.print(f"generation {generation} has not caught up: nothing was done")
        return False
    whole = report.pairs is not None or not subject.fold.decisions
    if (report.equal and whole) or accept:
        return True
    stderr.print("nothing was done: --accept-differences takes over all the same")
    return False


def _wait(instances: "list[Instance]", partitions: int, generation: int, seconds: int) -> None:
    from console.differing.numbers import ranges  # noqa: PLC0415 - as above
    from console.generations.taking_over import until_in_charge  # noqa: PLC0415 - as above

    with progress() as bar:
        task = bar.add_task("taking over", total=partitions)
        left = until_in_charge(
            instances, partitions, _pauses(seconds), lambda n: bar.update(task, completed=n)
        )
    if left:
        stderr.print(
            f"generation {generation} is not in charge yet in the partitions {ranges(left)}: "
            "it takes over there when it has folded what was published; zarbia generations tells"
        )
        raise typer.Exit(1)
    Console(highlight=False).print(
        f"generation {generation} is in charge of all {partitions} partitions"
    )


def _pauses(seconds: int) -> Iterator[None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(ASK_AGAIN_SECONDS)


def _table(found: "list[Generation]") -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("generation", justify="right")
    table.add_column("role by partition", overflow="fold")
    table.add_column("closed", no_wrap=True)
    table.add_column("inputs reached", justify="right", no_wrap=True)
    table.add_column("figures at equal day", overflow="fold")
    for each in found:
        style = "red" if each.figures and each.figures.differing else ""
        reached = f"{each.reached:,} of {each.records:,}"
        closed = str(each.through or "no day")
        table.add_row(str(each.number), each.role, closed, reached, each.verdict(), style=style)
    return table


def _subject(fold: FoldName) -> "Verifiable":
    from console.verifying import FOLDS  # noqa: PLC0415 - as above

    return FOLDS[fold]


@contextmanager
def _instances_reported() -> Iterator[None]:
    from console.generations.instance import InstanceError  # noqa: PLC0415 - as above

    try:
        yield
    except InstanceError as error:
        stderr.print("error:", str(error), markup=False)
        raise typer.Exit(1) from error
