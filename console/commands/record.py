"""`zarbia record TOPICS… --to FOLDER|FILE`: a stream of records, kept in files."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chassis.clock import SystemClock
from console.commands.errors import reported, stderr
from console.commands.stack import Data
from console.commands.tail import INTERRUPTED, broker
from console.recording.choice import require_order, topics_named, types_named
from console.recording.errors import RecordingError
from console.recording.frames import Compression
from console.recording.layout import Layout, layout_for
from console.recording.manifest import Asked, Manifest
from console.recording.recorder import record as run
from console.recording.sandbox_name import prefixed
from console.recording.source import topics_there
from console.recording.view import Bar, progress_bar, recorded
from console.tail.errors import TailError
from console.tail.start import Start, parse_start

Prefix = Annotated[
    str,
    typer.Option(metavar="NAME", help="A sandbox: topics NAME.exports.shipments.v1 and so on."),
]
Place = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="PLACE",
        help="First: beginning, end, an offset (-5: 5 before the end of each partition), a day or "
        "an ISO time.",
    ),
]


def record(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    topics: Annotated[list[str], typer.Argument(help="Topics, services that own them, or all.")],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FOLDER|FILE",
            help="A folder gets a file a topic; .jsonl, .jsonl.gz and .jsonl.zst are one file.",
        ),
    ],
    from_: Place = "beginning",
    until: Annotated[
        str,
        typer.Option(metavar="PLACE", help="Stop before this place, stated as with --from."),
    ] = "end",
    type_: Annotated[
        list[str] | None,
        typer.Option(
            "--type", metavar="EVENT", help="Only ShipmentLost, or Shipment*; may be repeated."
        ),
    ] = None,
    subject: Annotated[str, typer.Option(help="Only subjects that begin so.")] = "",
    key: Annotated[str, typer.Option(help="Only keys that begin so.")] = "",
    exact: Annotated[
        bool, typer.Option("--exact", help="Key, value and headers of all records in base64.")
    ] = False,
    compress: Annotated[
        Compression | None, typer.Option(help="As the suffix of a file says; zstd in a folder.")
    ] = None,
    prefix: Prefix = "",
    data: Data = None,
) -> None:
    """Record what stands in topics, up to their ends of now, committed records alone.

    Reading changes nothing. A recording that was cut off goes on where it stopped when the same
    command is given again.
    """
    with told(), reported():
        bounds = parse_start(from_), _end(until)
        require_order(*bounds)
        if not to:
            raise RecordingError("name a folder or a file", "--to")
        layout, before, kafka = layout_for(Path(to), compress), prefixed(prefix), broker(data)
        known = topics_named(topics, asyncio.run(topics_there(kafka, before)))
        asked = Asked(
            topics=[topic.name for topic in known],
            start=from_,
            until=until,
            types=types_named(type_ or [], known),
            subject=subject,
            key=key,
            form="exact" if exact else "cloudevents",
            prefix=before,
        )
        manifest = asyncio.run(_record(kafka, layout, asked, bounds))
    console = Console(highlight=False)
    console.print(recorded(manifest, layout))
    console.print(f"SHA-256 of it all: {manifest.identity}", soft_wrap=True)
    if not manifest.records:
        stderr.print("warning: no record stands there that was asked for; the recording is empty")


async def _record(
    kafka: str, layout: Layout, asked: Asked, bounds: tuple[Start, Start]
) -> Manifest:
    with progress_bar("record", stderr) as bar:

        def planned(manifest: Manifest) -> Bar:
            absent = sorted(set(asked.topics) - {topic.name for topic in manifest.topics})
            if absent:
                stderr.print("not on the broker:", ", ".join(absent), markup=False)
            total = sum(p.end - p.start for topic in manifest.topics for p in topic.partitions)
            return bar.of(total)

        return await run(kafka, layout, asked, bounds, SystemClock(), planned)


def _end(text: str) -> Start:
    try:
        return parse_start(text)
    except TailError as error:
        raise TailError(str(error), "--until") from error


@contextmanager
def told() -> Iterator[None]:
    """Turn what went wrong into lines on stderr: exit code 2 for a wrong option, else 1."""
    try:
        yield
    except (RecordingError, TailError) as error:
        if error.option:
            raise typer.BadParameter(str(error), param_hint=error.option) from error
        stderr.print("error:", str(error), markup=False)
        raise typer.Exit(1) from error
    except KeyboardInterrupt as error:
        stderr.print("cut off: the same command goes on from here")
        raise typer.Exit(INTERRUPTED) from error
