"""What is not whole yet answers 503."""

from collections.abc import Callable

from fastapi import HTTPException

NotReady = Callable[[], list[str]]
"""Why what is asked for is not whole; empty when it is."""


def require(not_ready: NotReady) -> None:
    """Raises: HTTPException (503) naming what is missing."""
    if problems := not_ready():
        raise HTTPException(503, "; ".join(problems))
