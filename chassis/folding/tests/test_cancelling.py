"""What goes on until it is cancelled ends, also when the client keeps that to itself."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from chassis.folding.national.deciding import Deciding
from chassis.folding.picture.follower import Follower
from chassis.folding.running.process import Folding

PATIENCE_SECONDS = 10


async def keep_it_to_itself() -> None:
    """As a client that waits for a task of its own, which it has cancelled."""
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("runner", "inner"),
    [(Deciding, "_decide"), (Follower, "_follow"), (Folding, "_fold_as_member")],
)
async def test_a_cancellation_that_was_swallowed_ends_it(runner: Any, inner: str) -> None:
    running = object.__new__(runner)
    running._is_ours = lambda: True
    setattr(running, inner, keep_it_to_itself)
    task = asyncio.create_task(running.run())
    await asyncio.sleep(0)

    task.cancel()

    await asyncio.wait([task], timeout=PATIENCE_SECONDS)
    assert task.cancelled()
