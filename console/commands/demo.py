"""`zarbia demo`: a made-up quarter of the programme, played on a stack of its own."""

import asyncio
import signal
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from console.commands.errors import reported, stderr
from console.commands.stack_view import StartView
from console.stack.ports import DEFAULT_BASE
from console.stack.session import running

DATA = Path(".zarbia-demo")
"""Not below `.zarbia`, the folder of `zarbia up`, which starts only on an empty one or its own."""

INTERRUPTED = 130

console = Console()


def demo(
    exit_: Annotated[bool, typer.Option("--exit", help="Stop all at the end and return.")] = False,
    data: Annotated[Path, typer.Option(help="Data folder of the demo.", metavar="DIR")] = DATA,
    port_base: Annotated[int, typer.Option(help="Moves all ports of the stack.")] = DEFAULT_BASE,
    seed: Annotated[int, typer.Option(help="Another seed is another made-up quarter.")] = 1,
) -> None:
    """Play a made-up quarter through the real commands, and show the figures that it makes.

    A demo that was cut off goes on where it stopped; one that has been played shows its figures.
    Exit code 1 when they differ from an independent count of what was sent.
    """
    # What the demo sends are the services' own commands: loading them would slow every other one.
    from console.demo.errors import DemoStoppedError  # noqa: PLC0415 - loaded late, as said above

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        with reported():
            agrees = _run(data, port_base, seed, stays=not exit_)
    except DemoStoppedError as error:
        stderr.print("error:", str(error), markup=False)
        raise typer.Exit(1) from error
    except KeyboardInterrupt as error:
        stderr.print("stopped before the end: the same command goes on from here")
        raise typer.Exit(INTERRUPTED) from error
    if not agrees:
        raise typer.Exit(1)


def _run(data: Path, port_base: int, seed: int, *, stays: bool) -> bool:
    """Whether the platform's figures are those of the count."""
    from console.demo import closing, played  # noqa: PLC0415 - loaded late, as said above
    from console.demo.board import Board  # noqa: PLC0415 - loaded late, as said above
    from console.demo.clocks import morning  # noqa: PLC0415 - loaded late, as said above
    from console.demo.dated import Scenario  # noqa: PLC0415 - loaded late, as said above
    from console.demo.programme import make_programme  # noqa: PLC0415 - loaded late, as said above
