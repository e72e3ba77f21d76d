"""An import from the first row to the last: register, send, count, write down how far it came."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from http import HTTPStatus

from console.importing.batches import Batch, Sent
from console.importing.checkpoint import Checkpoint
from console.importing.client import BulkClient, ImportStoppedError, Outcome
from console.importing.rejects import Reject, RejectsFile

AHEAD = 3
"""Batches whose exporters are registered before their declarations are sent."""

IN_FLIGHT = 2
"""Batches that are sent at the same time: while one is written the next is read."""


async def run_import(
    batches: Iterator[Batch],
    client: BulkClient,
    checkpoint: Checkpoint,
    rejects: RejectsFile | None,
    on_progress: Callable[[int], None],
) -> None:
    """Send all batches in order; `on_progress` is told the rows of each.

    Raises:
        ImportStoppedError: a service cannot go on; what was counted is in the checkpoint.
    """
    checkpoint.save()
    sending: deque[tuple[Batch, asyncio.Task[list[Outcome]]]] = deque()

    async def settle() -> None:
        """Wait for the oldest batch and write down what became of it."""
        batch, task = sending.popleft()
        _settle(batch, await task, checkpoint, rejects)
        on_progress(batch.rows)

    try:
        async with aclosing(_registered(batches, client)) as ready:
            async for batch in ready:
                while len(sending) == IN_FLIGHT or any(_overlap(batch, b) for b, _ in sending):
                    await settle()
                commands = [sent.command for sent in batch.sent]
                task = asyncio.create_task(client.export(checkpoint.run, commands))
                sending.append((batch, task))
            while sending:
                await settle()
    finally:
        for _, task in sending:
            task.cancel()


def _overlap(one: Batch, other: Batch) -> bool:
    """Whether a declaration stands in both: the first one in the file has to come first."""
    return not one.declared.isdisjoint(other.declared)


def _settle(
    batch: Batch, outcomes: list[Outcome], checkpoint: Checkpoint, rejects: RejectsFile | None
) -> None:
    _count(batch, outcomes, checkpoint)
    if rejects is not None:
        found = [*batch.rejects, *_refused(batch.sent, outcomes)]
        found.sort(key=lambda reject: reject.line)
        checkpoint.rejects_bytes = rejects.write(found)
    checkpoint.line = batch.line
    checkpoint.save()


async def _registered(batches: Iterator[Batch], client: BulkClient) -> AsyncGenerator[Batch, None]:
    """Read and register ahead, so that exports knows the exporters when their goods come."""
    queue: asyncio.Queue[Batch | None] = asyncio.Queue(AHEAD)

    async def fill() -> None:
        try:
            while (batch := await asyncio.to_thread(next, batches, None)) is not None:
                await client.register(batch.new_exporters)
                await queue.put(batch)
        finally:
            await queue.put(None)

    filling = asyncio.create_task(fill())
    try:
        while (batch := await queue.get()) is not None:
            yield batch
        await filling  # raises what stopped it
    finally:
        filling.cancel()


def _count(batch: Batch, outcomes: list[Outcome], checkpoint: Checkpoint) -> None:
    tally = checkpoint.tally
    tally.out_of_scope += batch.out_of_scope
    for reject in batch.rejects:
        if reject.bucket != "out_of_scope":
            tally.rejected[reject.reasons[0]] += 1
    for outcome in outcomes:
        match HTTPStatus(outcome["status"]):
            case HTTPStatus.CREATED:
                tally.accepted += 1
            case HTTPStatus.OK:
                tally.duplicates += 1
            case HTTPStatus.CONFLICT:
                tally.duplicates += 1
                tally.duplicates_with_other_content += 1
            case HTTPStatus.UNPROCESSABLE_ENTITY:
                tally.rejected[outcome["errors"][0]["code"]] += 1
            case status:
                raise ImportStoppedError(f"exports answers {status} to a line: {outcome}")


def _refused(sent: list[Sent], outcomes: list[Outcome]) -> Iterator[Reject]:
    for one, outcome in zip(sent, outcomes, strict=True):
        status = HTTPStatus(outcome["status"])
        if status is HTTPStatus.CREATED:
            continue
        bucket = "invalid" if status is HTTPStatus.UNPROCESSABLE_ENTITY else "duplicate"
        reasons = tuple(error["code"] for error in outcome["errors"]) or ("duplicate",)
        yield Reject(one.row.declaration_id, one.row.line, bucket, reasons, one.row.raw)
