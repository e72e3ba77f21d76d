"""What a command answers over HTTP: the id, the ordinal, and where its events went."""

from typing import Any

from fastapi import Response
from pydantic import BaseModel

from chassis.answer import Answer, Done


class EventLocation(BaseModel):
    """An event and the partition that it is published to."""

    id: str
    type: str
    ordinal: int
    topic: str
    partition: int
    key: str


class CommandAnswer(BaseModel):
    """`ordinal` is that of the command's last event in the aggregate `id`."""

    id: str
    ordinal: int
    events: list[EventLocation]


ALREADY_THERE: dict[int | str, dict[str, Any]] = {
    200: {"model": CommandAnswer, "description": "The same content was there already"}
}
"""The OpenAPI entry of what `created` answers to what has a natural key."""


def command_answer(answer: Answer) -> CommandAnswer:
    events = [
        EventLocation(
            id=event.id,
            type=event.type,
            ordinal=event.ordinal,
            topic=event.topic,
            partition=event.partition,
            key=event.key,
        )
        for event in answer.events
    ]
    return CommandAnswer(id=answer.id, ordinal=answer.ordinal, events=events)


def created(answer: Answer, response: Response) -> CommandAnswer:
    """201 for what this command created, now or before; 200 for what was there otherwise."""
    response.status_code = 200 if answer.done is Done.OTHERWISE else 201
    return command_answer(answer)
