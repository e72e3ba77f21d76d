"""``python -m bench scaling [refold | restore | memory | flat | processes | append-latency]``."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.progress import Progress

from bench.scaling import appending, company, growth, refold, restore, subject
from bench.scaling.appending import Load
from console.stack import running
from console.stack.ports import BROKER, CONTROLLER, MAILBOX, STORE, free_base

PORTS = (BROKER, CONTROLLER, STORE, MAILBOX)
EVENTS, SLICE = 1_000_000, 500_000
RATES = (2_000, 20_000)
SIZES = [1_000_000, 5_000_000, 10_000_000]
Events = Annotated[int, typer.Option(help="Events in the log.", min=1_000)]
Scale = Annotated[float, typer.Option(help="Part of the full size.", min=0.01, max=1)]
Repeats = Annotated[int, typer.Option(help="Runs of each.", min=1)]
Shipments = Annotated[
    list[int] | None, typer.Option(help="Shipments held; may be given again. [1, 5, 10 million]")
]
SliceSize = Annotated[int, typer.Option("--slice", help="Events in a slice.", min=1_000)]
Rates = Annotated[
    list[int] | None, typer.Option(help="Events a second; may be given again. [20,000]")
]
WarmUp = Annotated[float, typer.Option(help="Seconds before those that count.", min=0)]
Seconds = Annotated[float, typer.Option(help="Seconds that count.", min=1)]
Patience = Annotated[float, typer.Option(help="Seconds in which to catch up afterwards.", min=1)]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Place(NamedTuple):
    """A new broker, a folder for the folds' data, and where progress is shown."""

    broker: str
    folder: Path
    progress: Progress


@contextmanager
def _place() -> Iterator[Place]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "stack", services=(), port_base=free_base(PORTS)) as stack,
        Progress(console=Console(stderr=True)) as progress,
    ):
        yield Place(stack.kafka, Path(folder), progress)


@app.callback(invoke_without_command=True)
def everything(context: typer.Context, scale: Scale = 1.0, repeats: Repeats = 3) -> None:
    """How the fold bears load, size and company: all of it."""
    if context.invoked_subcommand is not None:
        return
    sizes = [int(size * scale) for size in SIZES]
    with _place() as place:
        subject.write_season(place.broker, int(EVENTS * scale), place.progress)
        lines = refold.measure(place.broker, place.folder, repeats, place.progress)
        lines += company.measure(place.broker, place.folder, repeats, place.progress)
    with _place() as place:
        samples = growth.grow(place.broker, place.folder, max(sizes), place.progress)
    lines += growth.show_memory(samples, sizes)
    lines += growth.show_flat(samples, int(SLICE * scale))
    with _place() as place:
        loads = [Load(rate, 5.0, max(5.0, 30 * scale), 120.0) for rate in RATES]
        lines += appending.measure(place.broker, place.folder, loads, place.progress)
    _print(lines)


@app.command("refold")
def measure_refold(events: Events = EVENTS, repeats: Repeats = 3) -> None:
    """Seconds to fold and publish a log from zero, and again after the ledger was lost."""
    with _place() as place:
        subject.write_season(place.broker, events, place.progress)
        lines = refold.measure(place.broker, place.folder, repeats, place.progress)
    _print(lines)


@app.command("restore")
def measure_restore(events: Events = EVENTS, repeats: Repeats = 3) -> None:
    """Seconds until a lost ledger is current again, from zero and from a snapshot."""
    with _place() as place:
        subject.write_season(place.broker, events, place.progress)
        lines = restore.measure(place.broker, place.folder, repeats, place.progress)
    _print(lines)


@app.command("memory")
def measure_memory(shipments: Shipments = None) -> None:
    """Memory and disk with so many shipments held, in one pass over a growing log."""
    sizes = shipments or SIZES
    with _place() as place:
        samples = growth.grow(place.broker, place.folder, max(sizes), place.progress)
    _print(growth.show_memory(samples, sizes))


@app.command("flat")
def measure_flat(events: Events = 5_000_000, size: SliceSize = SLICE) -> None:
    """The processor's time for an event as the state grows."""
    with _place() as place:
        samples = growth.grow(place.broker, place.folder, events, place.progress)
    _print(growth.show_flat(samples, size))


@app.command("processes")
def measure_processes(events: Events = EVENTS, repeats: Repeats = 3) -> None:
    """One process against two of the same group."""
    with _place() as place:
        subject.write_season(place.broker, events, place.progress)
        lines = company.measure(place.broker, place.folder, repeats, place.progress)
    _print(lines)


@app.command("append-latency")
def measure_append_latency(
    rate: Rates = None, warm_up: WarmUp = 5.0, seconds: Seconds = 30.0, patience: Patience = 120.0
) -> None:
    """Milliseconds from append until a subscriber sees the cursor that covers the event."""
    loads = [Load(each, warm_up, seconds, patience) for each in rate or (20_000,)]
    with _place() as place:
        lines = appending.measure(place.broker, place.folder, loads, place.progress)
    _print(lines)


def _print(lines: Sequence[str]) -> None:
    for line in lines:
        print(line)
