"""Kafka records of tests, as a client would give them."""

from dataclasses import dataclass, field

from contracts.codec import to_kafka
from contracts.event import Event
from contracts.generate.examples import example_of


@dataclass(frozen=True)
class Given:
    """A record of a topic."""

    key: bytes | None = None
    value: bytes | None = b"{}"
    headers: list[tuple[str, bytes]] = field(default_factory=list)
    topic: str = "exports.shipments.v1"
    partition: int = 3
    offset: int = 7
    timestamp: int = 1_741_946_400_000  # 2025-03-14T10:00:00Z


def given_example(event: type[Event], **changes: bytes) -> Given:
    """The golden example of an event; headers are replaced by name, and `value` too."""
    record = to_kafka(example_of(event).envelope())
    headers = [(name, changes.get(name, raw)) for name, raw in record.headers]
    return Given(record.key, changes.get("value", record.value), headers)
