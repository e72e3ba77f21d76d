"""`zarbia quarantine list | show | redrive | skip`: what readers have set aside."""

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from console.commands.errors import reported, stderr
from console.commands.stack import Data
from console.quarantine.correction import corrected, parsed
from console.quarantine.errors import OwnerRefusedError, QuarantineError
from console.quarantine.holds import ask_holds
from console.quarantine.reading import READERS, read_all, read_one, reader_named
from console.quarantine.record import Quarantined
from console.quarantine.release import Released, owner_of
from console.quarantine.structured import as_json
from console.quarantine.view import details, listing, refusal
from console.stack.session import RunningStack, find
from console.tail.names import short_type

app = typer.Typer(no_args_is_help=True, help="What readers have set aside, and its release.")
console = Console(highlight=False)


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"


Reader = Annotated[str, typer.Argument(help=f"One of {', '.join(READERS)}.", show_default=False)]
Offset = Annotated[int, typer.Argument(min=0, help="Its offset, as `list` shows it.")]
Reason = Annotated[str, typer.Option(help="Why, as a word with dashes: day-was-malformed.")]


@app.command("list")
def list_(
    reader: Annotated[str | None, typer.Option(help="Only this reader.")] = None,
    output: Annotated[Format, typer.Option("--format")] = Format.TABLE,
    data: Data = None,
) -> None:
    """List what readers have set aside, why, and whether it holds its key.

    A record stays here after its release; then it no longer holds.
    """
    with _told():
        stack = find(data)
        readers = [reader_named(reader)] if reader else list(READERS)
        records = asyncio.run(read_all(stack.kafka, readers))
        holds = ask_holds(stack.services, {record.reader for record in records})
    if output is Format.JSON:
        rows = [as_json(record, holds.holds(record)) for record in records]
        typer.echo(json.dumps(rows, ensure_ascii=False))
    elif records:
        for name, own in groupby(records, key=lambda record: record.reader):
            console.print(listing(name, list(own), holds, console.width))
            console.print()
        for silent in holds.silent:
            stderr.print(f"held ?: {silent} does not say what it holds")
    else:
        console.print("nothing is in quarantine")


@app.command()
def show(reader: Reader, offset: Offset, data: Data = None) -> None:
    """Show one record: why it is here, its headers and its value."""
    with _told():
        _, record = _found(data, reader, offset)
    console.print(details(record))


@app.command()
def redrive(
    reader: Reader,
    offset: Offset,
    reason: Reason,
    body: Annotated[
        Path | None,
        typer.Option(help="File with the data as they should be; - is standard input."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="path=text or path:=JSON in the data; may be repeated."),
    ] = None,
    unset: Annotated[
        list[str] | None, typer.Option(help="A path to leave out of the data; may be repeated.")
    ] = None,
    type_: Annotated[str | None, typer.Option("--type", help="Its type, if that is wrong.")] = None,
    data: Data = None,
) -> None:
    """Have the owner tell an event again, with its data corrected, so that it can be read."""
    with _told():
        stack, record = _found(data, reader, offset)
        place = record.placed()
        told = parsed(_text_of(body)) if body else record.body
        told = corrected(told, set_=set_ or (), unset=unset or ())
        owner = owner_of(place, stack.services)
        released = owner.redrive(place, reason, type_ or record.entry.type, told)
    _confirm("told again", record, released)


@app.command()
def skip(reader: Reader, offset: Offset, reason: Reason, data: Data = None) -> None:
    """Have the owner say that an event says nothing that counts, so that readers go on."""
    with _told():
        stack, record = _found(data, reader, offset)
        place = record.placed()
        released = owner_of(place, stack.services).skip(place, reason)
    _confirm("passed over", record, released)


def _found(data: Path | None, reader: str, offset: int) -> tuple[RunningStack, Quarantined]:
    stack = find(data)
    return stack, asyncio.run(read_one(stack.kafka, reader_named(reader), offset))


def _text_of(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise QuarantineError(f"{file} is not UTF-8", "--body") from error


def _confirm(done: str, record: Quarantined, released: Released) -> None:
    entry = record.entry
    partitions = ", ".join(map(str, released.partitions))
    console.print(
        f"{short_type(entry.type)} no. {entry.ordinal} of {entry.subject} is {done} "
        f"in {released.topic}, partition {partitions} (event {released.id})",
        soft_wrap=True,
        markup=False,
    )


@contextmanager
def _told() -> Iterator[None]:
    """Turn what went wrong into lines on stderr: exit code 2 for a wrong option, else 1."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # our own errors say it in one line
    try:
        with reported():
            yield
    except OwnerRefusedError as error:
        stderr.print(f"error: {error}:", markup=False)
        stderr.print(refusal(error.problems))
        raise typer.Exit(1) from error
    except QuarantineError as error:
        if error.option:
            raise typer.BadParameter(str(error), param_hint=error.option) from error
        stderr.print("error:", str(error), markup=False)
        raise typer.Exit(1) from error
