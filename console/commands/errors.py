"""How every command reports what went wrong: one line on stderr and a non-zero exit."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from console.stack.errors import StackError

stderr = Console(stderr=True, soft_wrap=True, highlight=False)


@contextmanager
def reported(code: int = 1) -> Iterator[None]:
    """Turn an error of the stack or the system in the block into `error: …` and an exit code."""
    try:
        yield
    except (StackError, OSError) as error:
        stderr.print("error:", str(error), markup=False)
        raise typer.Exit(code) from error
