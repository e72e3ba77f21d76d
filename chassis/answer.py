"""What a command answers: what happened, and where its events are to be found."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class EventAddress:
    """Where an event went, or is on its way to."""

    id: str
    type: str
    ordinal: int
    topic: str
    partition: int
    key: str


class Done(StrEnum):
    """When a command was carried out."""

    NOW = "now"
    BEFORE = "before"
    """It came before with the same idempotency key: the answer is the same as then."""
    OTHERWISE = "otherwise"
    """Another command of the same content created the same natural identity."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command did. `ordinal` is that of its latest event in the aggregate."""

    id: str
    ordinal: int
    events: tuple[EventAddress, ...]
    done: Done = Done.NOW
