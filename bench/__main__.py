"""Measure this machine's platform: ``python -m bench [import | latency | fold | scaling] …``."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bench import importing, latency
from bench.scaling import commands as scaling
from bench.streams import comparing
from console.stack import RunningStack, running
from console.stack.plan import SERVICES
from console.stack.ports import BROKER, CONTROLLER, MAILBOX, STORE, free_base

PORTS = (BROKER, CONTROLLER, STORE, MAILBOX, *(service.port_offset for service in SERVICES))
REAL_FILE = Path("../shared/data/customs-declarations.csv.gz")
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
app.add_typer(scaling.app, name="scaling")


@contextmanager
def _new_platform() -> Iterator[RunningStack]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), port_base=free_base(PORTS)) as stack,
    ):
        yield stack


@app.callback(invoke_without_command=True)
def everything(
    context: typer.Context,
    file: Annotated[Path, typer.Option(help="Customs file to import.")] = REAL_FILE,
) -> None:
    """Import, latency and the fold beside others, each on a new platform; scaling is apart."""
    if context.invoked_subcommand is None:
        measure_import(file)
        measure_latency()
        measure_fold()


@app.command("import")
def measure_import(
    file: Annotated[Path, typer.Option(help="Customs file to import.")] = REAL_FILE,
) -> None:
    """Rows a second from the file to the figures."""
    with _new_platform() as stack:
        importing.measure(stack, file)


@app.command("latency")
def measure_latency(commands: int = 1000, rate: int = 100) -> None:
    """Milliseconds from sending a command until the figure shows it."""
    with _new_platform() as stack:
        latency.measure(stack, commands, rate)


@app.command("fold")
def measure_fold(
    *,
    events: Annotated[int, typer.Option(help="Events in the one input topic.")] = 1_000_000,
    repeats: Annotated[int, typer.Option(help="Runs of each engine.")] = 3,
    only: Annotated[list[str] | None, typer.Option(help="An engine; may be given again.")] = None,
    profile: Annotated[bool, typer.Option(help="Sample our fold once more.")] = False,
) -> None:
    """The fold beside Kafka Streams, Quix Streams and the ceiling, in events a second."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), services=(), port_base=free_base(PORTS)) as stack,
    ):
        comparing.measure(stack.kafka, events, repeats, only or (), profiled=profile)


if __name__ == "__main__":
    app()
