"""Which topics and records are recorded."""

import re
from collections.abc import Collection, Sequence

from console.recording.errors import RecordingError
from console.recording.manifest import Asked
from console.recording.record import Record, header
from console.tail import names
from console.tail.errors import TailError
from console.tail.start import Beginning, Instant, Offset, Start
from contracts.topic import Topic
from contracts.topics import BY_GENERATION, TOPICS

ALL = "all"
_GENERATION = re.compile(r"\.g([1-9][0-9]{0,8})\Z", re.ASCII)


def topics_named(asked: Sequence[str], there: Collection[str] = ()) -> list[Topic]:
    """Topics by their names, by the service that owns them, or all; in the catalogue's order.

    Those of further generations are known where they are `there`.
    Raises TailError naming the known ones.
    """
    topics = [*TOPICS, *_further(there)]
    by_name = {topic.name: topic for topic in topics}
    owners = {topic.owner for topic in topics}
    wanted: set[str] = set()
    for name in asked:
        owner = name.replace("_", "-")
        if name == ALL or owner in owners:
            wanted |= {topic.name for topic in topics if name == ALL or topic.owner == owner}
        else:
            wanted.add((by_name.get(name) or names.topic_named(name)).name)
    return [topic for topic in topics if topic.name in wanted]


def _further(there: Collection[str]) -> list[Topic]:
    """The topics that the catalogue names by their generation, of generations beside its own."""
    known = {topic.name for topic in TOPICS}
    found = sorted(int(of[1]) for name in there if (of := _GENERATION.search(name)))
    made = (of(generation) for generation in dict.fromkeys(found) for of in BY_GENERATION)
    return [topic for topic in made if topic.name in there and topic.name not in known]


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


def require_order(start: Start, until: Start) -> None:
    """Raises RecordingError when nothing can stand between: only what is alike can be compared."""
    match start, until:
        case (Offset(first), Offset(end)) if (first < 0) == (end < 0):
            in_order = first < end
        case (Instant(first), Instant(end)):
            in_order = first < end
        case (_, Beginning()):
            in_order = False
        case _:
            in_order = True
    if not in_order:
        raise RecordingError("nothing stands between --from and this place", "--until")
