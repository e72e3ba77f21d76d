"""The owner's word on what a reader of its topic holds: told again, or passed over.

A release is written to the partition in which the event stands, and readers that hold it go on.
"""

import asyncio
import json
from collections.abc import Awaitable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field, ValidationError

from chassis.clock import Clock, local_day
from chassis.http.problems import responses
from chassis.outbox import event_id, partitions_of
from chassis.relay import Producer
from contracts.codec import to_kafka
from contracts.envelope import Envelope, source_of
from contracts.event import Event, Redriven, Skipped
from contracts.problem import Problem, Refusal, RefusedError, problems_of
from contracts.topic import Topic
from contracts.topics import CONTROL
from contracts.values import Command, Id, Ordinal, Slug, Value

PartitionNumber = Annotated[int, Field(ge=0, strict=True)]


class SkipEvent(Command):
    """The event in quarantine says nothing that counts.

    `key` is that of its record, null when it has none. `partition` is where the record stands: by
    default where the key belongs.
    """

    aggregate: Id
    ordinal: Ordinal
    event_id: Id
    key: Annotated[str, Field(min_length=1, max_length=1024)] | None
    partition: PartitionNumber | None = None
    reason: Slug


class RedriveEvent(SkipEvent):
    """The event in quarantine, told again: `type` with its version, `body` as corrected."""

    type: Annotated[str, Field(max_length=100)]
    body: dict[str, Any]


class ReleaseAnswer(Value):
    """What was published, and where. The same release again on the same day has the same id."""

    id: str
    type: str
    topic: str
    partitions: list[int]


class Releases:
    """Publishes the releases of one topic. `seconds` is how long the broker may take."""

    def __init__(
        self, topic: Topic, producer: Producer, clock: Clock, *, seconds: float = 20.0
    ) -> None:
        self._topic = topic
        self._producer = producer
        self._clock = clock
        self._seconds = seconds

    async def redrive(self, command: RedriveEvent) -> ReleaseAnswer:
        """Say an event again. Returns once the broker has it.

        Raises:
            RefusedError: the topic has no such event or partition, or the body is not its data.
            TimeoutError: whether it was published is not known; it can be said again.
        """
        problems = self._problems(command)
        body = self._data(command, problems)
        if problems or body is None:
            raise RefusedError(Refusal.INVALID, *problems)
        stated = command.model_dump(exclude={"key", "partition", "body"})
        return await self._publish(command, Redriven, stated | {"body": body})

    async def skip(self, command: SkipEvent) -> ReleaseAnswer:
        """Pass over an event. Returns once the broker has it.

        Raises:
            RefusedError: the topic has no such partition.
            TimeoutError: whether it was published is not known; it can be said again.
        """
        if problems := self._problems(command):
            raise RefusedError(Refusal.INVALID, *problems)
        return await self._publish(
            command, Skipped, command.model_dump(exclude={"key", "partition"})
        )

    def _problems(self, command: SkipEvent) -> list[Problem]:
        if command.partition is None and command.key is None:
            return [Problem("partition_missing", "partition", "is required without a key")]
        if command.partition is not None and command.partition >= self._topic.partitions:
            highest = self._topic.partitions - 1
            return [Problem("partition_unknown", "partition", f"must be from 0 to {highest}")]
        return []

    def _data(self, command: RedriveEvent, problems: list[Problem]) -> str | None:
        """The data as the event's model writes it; an unknown field is a mistake here."""
        by_type = {e.event_type(): e for e in self._topic.events if e not in CONTROL}
        if command.type not in by_type:
            known = ", ".join(by_type)
            problems.append(Problem("type_unknown", "type", f"must be one of {known}"))
            return None
        try:
            event = by_type[command.type].model_validate_json(
                json.dumps(command.body), extra="forbid"
            )
        except ValidationError as error:
            problems.extend(problems_of(error, "body"))
            return None
        return event.encode().decode()

    async def _publish(
        self, command: SkipEvent, event_class: type[Event], stated: dict[str, Any]
    ) -> ReleaseAnswer:
        now = self._clock.now()
        try:
            event = event_class.model_validate(stated | {"decided_on": local_day(now)})
        except ValidationError as error:  # such as data that is too long
            raise RefusedError(Refusal.INVALID, *problems_of(error)) from error
        source, data = source_of(self._topic.owner), event.encode()
        envelope = Envelope(
            id=event_id(source, command.aggregate, 0, event.event_type(), data),
            source=source,
            type=event.event_type(),
            time=now,
            subject=command.aggregate,
            dataschema=event.dataschema(),
            data=data,
            partitionkey=command.key,
        )
        partitions = self._partitions(command)
        async with asyncio.timeout(self._seconds):
            sent = [await self._send(envelope, partition) for partition in partitions]
            await asyncio.gather(*sent)
        return ReleaseAnswer(
            id=envelope.id,
            type=envelope.type,
            topic=self._topic.name,
            partitions=list(partitions),
        )

    def _partitions(self, command: SkipEvent) -> Sequence[int]:
        """On a broadcast topic every partition has a copy of the event, wherever one was found."""
        if command.partition is None or self._topic.broadcast:
            return partitions_of(command.key or "", self._topic)
        return (command.partition,)

    async def _send(self, envelope: Envelope, partition: int) -> Awaitable[object]:
        record = to_kafka(envelope)
        return await self._producer.send(
            self._topic.name,
            value=record.value,
            key=record.key,
            partition=partition,
            timestamp_ms=int(envelope.time.timestamp() * 1000),
            headers=record.headers,
        )


def releases_router(releases: Releases) -> APIRouter:
    """Routes `/internal/quarantine/redrive` and `/internal/quarantine/skip`."""
    router = APIRouter(prefix="/internal/quarantine", tags=["quarantine"])

    @router.post("/redrive", responses=responses(400, 413, 422))
    async def redrive(command: RedriveEvent) -> ReleaseAnswer:
        """Tell an event again that a reader could not read, with data that it can."""
        return await releases.redrive(command)

    @router.post("/skip", responses=responses(400, 413, 422))
    async def skip(command: SkipEvent) -> ReleaseAnswer:
        """Let readers go on after an event that says nothing that counts."""
        return await releases.skip(command)

    return router
