"""`zarbia tail TOPIC`: what stands in a topic and what comes, for people and for programs."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from console.commands.errors import reported, stderr
from console.commands.stack import Data
from console.stack.session import find
from console.tail.choice import Choice, parse_condition
from console.tail.complaints import Complaints
from console.tail.entry import Entry, entry_of
from console.tail.errors import TailError
from console.tail.names import topic_named, types_named
from console.tail.reading import read_records
from console.tail.start import Start, parse_start
from console.tail.structured import as_json
from console.tail.view import PipeConsole, TableView
from contracts.topic import Topic

INTERRUPTED = 130


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for. `count` is the most records to show."""

    kafka: str
    topic: Topic
    start: Start
    partition: int | None
    choice: Choice
    follow: bool
    count: int | None


def tail(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    topic: Annotated[str, typer.Argument(help="Topic, such as exports.shipments.v1.")],
    type_: Annotated[
        list[str] | None,
        typer.Option(
            "--type", metavar="EVENT", help="Only ShipmentLost, or Shipment*; may be repeated."
        ),
    ] = None,
    not_type: Annotated[
        list[str] | None,
        typer.Option(metavar="EVENT", help="Leave out DayClosed, say; may be repeated."),
    ] = None,
    subject: Annotated[str, typer.Option(help="Only subjects that begin so.")] = "",
    key: Annotated[str, typer.Option(help="Only keys that begin so.")] = "",
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH=VALUE", help="Only data like goods.partner=US; may be repeated."
        ),
    ] = None,
    from_: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="PLACE",
            help="beginning, end, an offset (-5: 5 before the end of each partition), a day or "
            "an ISO time.",
        ),
    ] = "beginning",
    partition: Annotated[int | None, typer.Option(help="Only this partition.")] = None,
    follow: Annotated[
        bool | None,
        typer.Option(
            "--follow/--until-end",
            help="Wait for new records, or stop at the end as it was at the start. "
            "Unless stated: follow on a terminal, stop in a pipe or file.",
        ),
    ] = None,
    count: Annotated[int | None, typer.Option(min=1, help="Stop after so many records.")] = None,
    output: Annotated[
        Format, typer.Option("--format", help="json prints a CloudEvent a line.")
    ] = Format.TABLE,
    wrap: Annotated[
        bool, typer.Option("--wrap", help="Show long data over several lines.")
    ] = False,
    data: Data = None,
) -> None:
    """Show the committed records of a topic; reading changes nothing.

    What stood there comes in the order of its timestamps, what is new as it arrives.
    """
    with _reported():
        known = topic_named(topic)
        choice = Choice(
            types=types_named(type_ or [], known),
            without=types_named(not_type or [], known),
            subject=subject,
            key=key,
            conditions=tuple(map(parse_condition, where or [])),
        )
        start = parse_start(from_)
        follows = sys.stdout.isatty() if follow is None else follow
        job = Job(broker(data), known, start, partition, choice, follows, count)
        asyncio.run(_run(job, output, wrap=wrap))


@contextmanager
def _reported() -> Iterator[None]:
    """How a tail ends: by an error in one line, by Ctrl-C, or because its reader has enough."""
    try:
        with reported(), _until_reader_has_enough():
            yield
    except TailError as error:
        if error.option:
            raise typer.BadParameter(str(error), param_hint=error.option) from error
        stderr.print("error:", str(error), markup=False)
        raise typer.Exit(1) from error
    except KeyboardInterrupt as error:
        raise typer.Exit(INTERRUPTED) from error


@contextmanager
def _until_reader_has_enough() -> Iterator[None]:
    """A pipe that was closed at its other end is a good end. What is still held goes nowhere."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def broker(data: Path | None) -> str:
    """Of the stack that was named, else of `ZARBIA_KAFKA`, else of the stack of this folder."""
    named = os.environ.get("ZARBIA_KAFKA")
    return named if named and not data else find(data).kafka


async def _run(job: Job, output: Format, *, wrap: bool) -> None:
    show = _shown(job.topic, output, wrap=wrap)
    complaints = Complaints(lambda text: stderr.print(text, markup=False, style="red"))

    def caught_up() -> None:
        complaints.listen()
        if job.follow and stderr.is_terminal:
            stderr.print("waiting for new records; Ctrl-C ends", style="dim")

    records = read_records(
        job.kafka, job.topic, job.start, job.partition, follow=job.follow, caught_up=caught_up
    )
    shown = 0
    async with aclosing(records):
        async for record in records:
            complaints.listen()
            entry = entry_of(record, job.topic)
            if job.choice.takes(entry):
                show(entry)
                shown += 1
            if shown == job.count:
                break


def _shown(topic: Topic, output: Format, *, wrap: bool) -> Callable[[Entry], None]:
    """What shows an entry."""
    if output is Format.JSON:
        return lambda entry: typer.echo(as_json(entry))
    console = PipeConsole(highlight=False)
    view = TableView(console, topic, whole=wrap)
    if console.is_terminal:
        view.head()
    return view.show
