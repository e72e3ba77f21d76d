"""The one document of an aggregate. What is in it became durable together, or not at all."""

from dataclasses import dataclass, field
from typing import Any

COMMANDS_KEPT = 20
"""How many of the latest idempotency keys an aggregate remembers, beside that of its creation."""

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """One event, encoded and addressed, waiting for the broker. `timestamp_ms` is when recorded."""

    ordinal: int
    event_id: str
    event_type: str
    topic: str
    partition: int
    key: str
    timestamp_ms: int
    headers: dict[str, str]
    value: bytes


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """A command that was carried out: what came in (hashed) and what was answered."""

    key: str
    fingerprint: str
    ordinal: int
    events: tuple[tuple[str, str], ...]
    """Id and type of each event, in order; the last one has `ordinal`. None without effect."""


@dataclass(frozen=True, slots=True)
class Document:
    """`version` is the ordinal of the latest event. `partition_key` never changes."""

    id: str
    partition_key: str
    version: int
    state: JsonObject
    creation: CommandRecord
    commands: tuple[CommandRecord, ...] = ()
    outbox: tuple[OutboxRecord, ...] = ()

    def command(self, key: str) -> CommandRecord | None:
        """The command carried out under this idempotency key, if it is remembered."""
        known = (self.creation, *self.commands)
        return next((command for command in known if command.key == key), None)


@dataclass(frozen=True, slots=True)
class Change:
    """A new state with the events that led to it, valid on top of `expected_version` only."""

    id: str
    expected_version: int
    version: int
    state: JsonObject
    command: CommandRecord | None
    outbox: tuple[OutboxRecord, ...] = field(default=())
