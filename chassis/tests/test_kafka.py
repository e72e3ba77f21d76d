"""Stopping a consumer whose client would pass its own cancellations on."""

import asyncio

import pytest

from chassis import kafka


class Client:
    closed = False

    async def close(self) -> None:
        self.closed = True


class Consumer:
    """Its fetch task waits before it tries again: it does not take the word to end."""

    def __init__(self) -> None:
        self._client = Client()

    async def stop(self) -> None:
        fetch = asyncio.create_task(asyncio.sleep(60))
        await asyncio.sleep(0)
        fetch.cancel()
        await fetch


async def test_a_consumer_that_waits_to_fetch_again_is_stopped_and_its_caller_goes_on() -> None:
    consumer = Consumer()

    await kafka.stop(consumer)

    assert consumer._client.closed


async def test_a_caller_that_is_cancelled_is_cancelled() -> None:
    stopping = asyncio.create_task(kafka.stop(Consumer()))
    await asyncio.sleep(0)

    stopping.cancel()

    with pytest.raises(asyncio.CancelledError):
        await stopping
