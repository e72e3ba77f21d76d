"""What the commands that fold input anew have in common: where, how it shows, what goes wrong."""

import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer
from aiokafka.errors import KafkaError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from chassis.folding.changes import UnopenedError
from console.commands.errors import reported, stderr
from console.commands.tail import INTERRUPTED
from console.recording.errors import RecordingError

NOT_COMPARED = 2
"""The exit code when there is no answer; 1 says that something differs."""


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for ledgers that is gone after the block, also when a signal ends the command."""
    with _ended_by_signals(), tempfile.TemporaryDirectory(prefix="zarbia-refold-") as folder:
        yield Path(folder)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP end the block like an error, with the exit code that shells give them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _: object) -> NoReturn:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def progress() -> Progress:
    """A bar of records folded, gone when it is done."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=stderr,
        transient=True,
        disable=not stderr.is_terminal,
    )


@contextmanager
def refolding_reported() -> Iterator[None]:
    """Turn what keeps input from being folded or compared into one line and NOT_COMPARED."""
    # Brings in the engine; commands that fold nothing need none of it.
    from chassis.folding.verifying.refold import UnreadableLogError  # noqa: PLC0415
    from console.generations.known import UnknownGenerationError  # noqa: PLC0415

    try:
        with reported(NOT_COMPARED):
            yield
    except (RecordingError, UnknownGenerationError, UnreadableLogError, UnopenedError) as error:
        stderr.print("error:", str(error), markup=False)
        raise typer.Exit(NOT_COMPARED) from error
    except KafkaError as error:
        stderr.print("error: the broker does not answer:", repr(error), markup=False)
        raise typer.Exit(NOT_COMPARED) from error
    except KeyboardInterrupt as error:
        stderr.print("cut off: nothing was changed")
        raise typer.Exit(INTERRUPTED) from error
