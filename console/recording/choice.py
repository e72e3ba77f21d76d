"""Which topics and records are recorded."""

from collections.abc import Sequence

from console.recording.errors import RecordingError
from console.recording.manifest import Asked
from console.recording.record import Record, header
from console.tail import names
from console.tail.errors import TailError
from contracts.topic import Topic
from contracts.topics import TOPICS

ALL = "all"


def topics_named(asked: Sequence[str]) -> list[Topic]:
    """Topics by their names, by the service that owns them, or all; in the catalogue's order.

    Raises TailError naming the known ones.
    """
    owners = {topic.owner for topic in TOPICS}
    wanted: set[str] = set()
    for name in asked:
        owner = name.replace("_", "-")
        if name == ALL or owner in owners:
            wanted |= {topic.name for topic in TOPICS if name == ALL or topic.owner == owner}
        else:
            wanted.add(names.topic_named(name).name)
    return [topic for topic in TOPICS if topic.name in wanted]


def types_named(patterns: Sequence[str], topics: Sequence[Topic]) -> list[str]:
    """The event types of any of the topics that match one of the patterns, sorted.

    Raises RecordingError for a pattern that matches no event of any of them.
    """
    found: set[str] = set()
    for pattern in patterns:
        matching: set[str] = set()
        for topic in topics:
            try:
                matching |= names.types_named([pattern], topic)
            except TailError:
                continue
        if not matching:
            raise RecordingError(f"none of these topics has an event {pattern}", "--type")
        found |= matching
    return sorted(found)


def takes(asked: Asked, record: Record) -> bool:
    """Whether the record is of the types, and its subject and key begin as asked."""
    if asked.types and record.type not in asked.types:
        return False
    if asked.subject and not header(record.headers, "ce_subject").startswith(asked.subject):
        return False
    return (record.key or b"").startswith(asked.key.encode())
