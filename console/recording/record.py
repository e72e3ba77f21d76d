"""A Kafka record as a recording keeps it: byte for byte, with its place."""

from collections.abc import Sequence
from typing import NamedTuple, Self

from console.tail.reading import Record as KafkaRecord
from contracts.codec import Headers

Place = tuple[str, int]
"""Topic and partition."""


class Record(NamedTuple):
    """`timestamp` is in milliseconds since 1970. Records compare equal when every byte is."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]

    @classmethod
    def of(cls, found: KafkaRecord, topic: str) -> Self:
        """What the client found, as a record of `topic`."""
        place = (found.partition, found.offset, found.timestamp)
        return cls(topic, *place, found.key, found.value, tuple(found.headers))

    @property
    def place(self) -> Place:
        return self.topic, self.partition

    @property
    def age(self) -> tuple[int, str, int, int]:
        """What records are merged by: each partition in its own order, the earliest head first."""
        return self.timestamp, self.topic, self.partition, self.offset

    @property
    def type(self) -> str:
        """Its CloudEvents type, bytes that are not UTF-8 escaped; empty without one."""
        return header(self.headers, "ce_type")


def header(headers: Headers, name: str) -> str:
    """The text of the first header of this name, bytes that are not UTF-8 escaped; else empty."""
    raw = next((raw for other, raw in headers if other == name), None)
    return "" if raw is None else raw.decode(errors="backslashreplace")
