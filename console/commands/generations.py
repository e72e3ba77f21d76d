"""`zarbia generations`: which there are of a fold, and how a new one takes over."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from console.commands.diff import Format, Output, Rows, show
from console.commands.errors import stderr
from console.commands.refolding import progress, refolding_reported, scratch
from console.commands.stack import Data
from console.commands.tail import INTERRUPTED, broker
from console.commands.verify import FoldName
from console.stack.session import find

if TYPE_CHECKING:
    from console.generations.instance import Instance
    from console.generations.overview import Generation
    from console.verifying import Verifiable

ASK_AGAIN_SECONDS = 0.2
STATED = {"fold": "--fold", "output": "--format", "data": "--data"}
"""Options that may stand in front of a subcommand."""
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
        stated = {name for name in STATED if _is_stated(context, name)}
        if "output" in stated:
            raise typer.BadParameter("only the list has a format", param_hint="--format")
        context.obj = {name: context.params[name] for name in stated}
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


def _is_stated(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _handed_down(context: typer.Context) -> dict[str, Any]:
    """The options, with those in front of the subcommand. Stated twice, they must say the same."""
    given: dict[str, Any] = context.obj or {}
    for name, value in given.items():
        if _is_stated(context, name) and context.params[name] != value:
            raise typer.BadParameter("stands twice, and differs", param_hint=STATED[name])
    return context.params | given


@app.command()
def take_over(
    context: typer.Context,
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
    from console.generations.taking_over import held, require_whole  # noqa: PLC0415 - as above

    given = _handed_down(context)
    fold, data = given["fold"], given["data"]
    subject = _subject(fold)
    with refolding_reported(), _instances_reported():
        urls = at or [find(data).services[fold.value.replace("-", "_")]]
        instances = [Instance(url) for url in urls]
        require_whole(subject.fold, generation, [(each, each.state()) for each in instances])
        partitions = subject.fold.figures.cursors(generation).partitions
        # A process that was replaced may not have noticed: the cursors know.
        if asyncio.run(held(broker(data), subject.fold, generation)) == partitions:
            stderr.print(f"generation {generation} is in charge already")
            return
        if not _may_take_over(subject, generation, rows, data, accept=accept_differences):
            raise typer.Exit(1)
        with _cut_off_after_telling(generation):
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
    if (report.equal is not False and whole) or accept:  # nothing differs from nothing
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


@contextmanager
def _cut_off_after_telling(generation: int) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt as error:
        stderr.print(
            f"cut off: processes were told that generation {generation} takes over; "
            "zarbia generations tells where it has"
        )
        raise typer.Exit(INTERRUPTED) from error


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
