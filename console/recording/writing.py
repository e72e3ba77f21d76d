"""Writes records into a sandbox, and sees that each comes to stand where it has to."""

from asyncio import Future
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer
from aiokafka.structs import RecordMetadata

from chassis.kafka import producer
from console.recording.errors import RecordingError
from console.recording.record import Record
from console.recording.sandbox import OTHERS_WRITE, Sandbox

IN_FLIGHT = 4_000
"""Records sent and not yet acknowledged, at most."""


@asynccontextmanager
async def writer(sandbox: Sandbox) -> AsyncIterator["Writer"]:
    """All is acknowledged after the block."""
    async with producer(sandbox.kafka, linger_ms=5) as client:
        made = Writer(sandbox, client)
        yield made
        await made.settle()


class Writer:
    """The one writer of a sandbox."""

    def __init__(self, sandbox: Sandbox, client: AIOKafkaProducer) -> None:
        self._sandbox = sandbox
        self._client = client
        self._sent: deque[tuple[Future[RecordMetadata], int]] = deque()

    async def write(self, record: Record, offset: int) -> None:
        """Raises RecordingError when an earlier record does not stand at its offset."""
        topic = self._sandbox.name(record.topic)
        if record.key is None and record.value is None:
            # The client's `send` refuses what the protocol allows.
            batch = self._client.create_batch()
            batch.append(
                key=None, value=None, timestamp=record.timestamp, headers=list(record.headers)
            )
            sent = await self._client.send_batch(batch, topic, partition=record.partition)
        else:
            sent = await self._client.send(
                topic,
                record.value,
                key=record.key,
                partition=record.partition,
                timestamp_ms=record.timestamp,
                headers=list(record.headers),
            )
        self._sent.append((sent, offset))
        if len(self._sent) > IN_FLIGHT:
            await self.settle(IN_FLIGHT // 2)

    async def settle(self, left: int = 0) -> None:
        """Wait for acknowledgements until so many are left."""
        while len(self._sent) > left:
            future, offset = self._sent.popleft()
            found = await future
            # The client gives a lower one where the broker no longer knows what it acknowledged.
            if found.offset > offset:
                raise RecordingError(
                    f"{found.topic} {found.partition} took a record at offset {found.offset} "
                    f"instead of {offset}: {OTHERS_WRITE}"
                )
