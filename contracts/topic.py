"""What a topic is: its name, owner and events, and how it is kept."""

from dataclasses import dataclass, field
from enum import StrEnum

from contracts.event import DayClosed, Event

DEFAULT_PARTITIONS = 12
"""Partitions of every keyed input topic. Fixed at creation: growth is a new topic version."""

DAY_MS = 86_400_000


class Cleanup(StrEnum):
    DELETE = "delete"
    COMPACT = "compact"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `readers` maps each known reader to the topic that takes what it cannot read.

    A topic whose `events` include DayClosed carries day markers in every partition. One that is
    `broadcast` carries every event in every partition.
    """

    name: str
    owner: str
    key: str
    summary: str
    events: tuple[type[Event], ...] = ()
    partitions: int = DEFAULT_PARTITIONS
    cleanup: Cleanup = Cleanup.DELETE
    retention_ms: int = -1
    broadcast: bool = False
    readers: dict[str, str] = field(default_factory=dict)

    @property
    def has_day_markers(self) -> bool:
        return DayClosed in self.events

    def configuration(self) -> dict[str, str]:
        """The broker's settings of this topic."""
        settings = {
            "cleanup.policy": self.cleanup.value,
            "retention.ms": str(self.retention_ms),
            "message.timestamp.type": "CreateTime",
        }
        if self.cleanup is Cleanup.COMPACT:
            settings |= {"min.cleanable.dirty.ratio": "0.2", "segment.ms": str(DAY_MS)}
        return settings
