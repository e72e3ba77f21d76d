"""Tasks that go on until they are cancelled, beside a client that may keep that to itself."""

import asyncio


def insist() -> None:
    """Raise CancelledError where the present task was cancelled and did not hear of it.

    The Kafka client waits for its own tasks, which it has cancelled, and takes the cancellation of
    whoever waits for that of the task: a loop around it would never end.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
