"""`zarbia demo`: two made-up years of the programme, played on a stack of its own."""

import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from console.commands.errors import reported, stderr
from console.commands.stack_view import StartView
from console.demo.errors import DemoStoppedError
from console.stack.jars import ensure_jars
from console.stack.plan import Options
from console.stack.ports import DEFAULT_BASE
from console.stack.session import running

DATA = Path(".zarbia-demo")
"""Not below `.zarbia`, the folder of `zarbia up`, which starts only in an empty one or its own."""

INTERRUPTED = 130

console = Console()


def demo(
    exit_: Annotated[bool, typer.Option("--exit", help="Stop all at the end and return.")] = False,
    data: Annotated[Path, typer.Option(help="Data folder of the demo.", metavar="DIR")] = DATA,
    port_base: Annotated[int, typer.Option(help="Moves all ports of the stack.")] = DEFAULT_BASE,
    seed: Annotated[int, typer.Option(help="Another seed is another made-up history.")] = 1,
) -> None:
    """Play two made-up years through the real commands, and show the figures that they make.

    They add up to the published figures of craft exports. A demo that was cut off goes on where it
    stopped; one that has been played shows its figures. Exit code 1 when they differ from an
    independent count of what was sent, or from what was published.
    """
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
    """Whether the platform's figures are as counted and as published."""
    # Brings in the services, whose commands the demo sends; nothing else here needs them.
    from console.demo.show import Demonstration  # noqa: PLC0415 - would slow every command

    demonstration = Demonstration(console, data, seed)
    if Options(data).needs_jars:
        ensure_jars(stderr)  # before the view of the starting stack: two displays would fight
    with ExitStack() as open_:
        with StartView(console) as view:
            stack = open_.enter_context(
                running(data, clock=demonstration.clock, port_base=port_base, on_change=view.show)
            )
        agrees = demonstration.play(stack)
        if stays:
            _stay()
    return agrees


def _stay() -> None:
    console.print("The stack stays up; Ctrl-C stops it.", highlight=False)
    try:
        signal.pause()
    except KeyboardInterrupt:
        console.print("stopping", highlight=False)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
