"""The names that a person may give: topics and event types; a wrong one meets its neighbours."""

from collections.abc import Iterable
from difflib import get_close_matches
from fnmatch import fnmatchcase

from console.tail.errors import TailError
from contracts.catalogue import EVENTS
from contracts.envelope import parse_type
from contracts.event import TYPE_PREFIX, Event
from contracts.topic import Topic
from contracts.topics import TOPICS


def topic_named(name: str) -> Topic:
    """The topic of the catalogue. Raises TailError naming the known ones, the nearest first."""
    known = {topic.name: topic for topic in TOPICS}
    if name in known:
        return known[name]
    near = [other for other in known if name and name in other]
    near = near or get_close_matches(name, known, n=3, cutoff=0.5)
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    raise TailError(f"no topic {name}.{meant} Known: {', '.join(sorted(known))}", "TOPIC")


def types_named(patterns: Iterable[str], topic: Topic) -> frozenset[str]:
    """The event types that match one of the patterns, such as `ShipmentLost` or `Shipment*`.

    Raises TailError for a pattern that matches no event of the topic. A quarantine may hold any.
    """
    events = topic.events or EVENTS
    found: set[str] = set()
    for pattern in patterns:
        matching = {event.event_type() for event in events if _matches(event, pattern)}
        if not matching:
            known = sorted({event.__name__ for event in events})
            near = get_close_matches(pattern, known, n=3)
            meant = f" Did you mean {' or '.join(near)}?" if near else ""
            raise TailError(
                f"{topic.name} has no event {pattern}.{meant} Known: {', '.join(known)}", "--type"
            )
        found |= matching
    return frozenset(found)


def short_type(event_type: str) -> str:
    """The name, and the version where it is not the first: `ShipmentLost`, `ShipmentLost.v2`."""
    named = parse_type(event_type)
    if named is None:
        return event_type
    return named.name if named.version == 1 else f"{named.name}.v{named.version}"


def _matches(event: type[Event], pattern: str) -> bool:
    names = (event.__name__, f"{event.__name__}.v{event.version}", event.schema_name())
    wanted = pattern.removeprefix(f"{TYPE_PREFIX}.").lower()
    return any(fnmatchcase(name.lower(), wanted) for name in names)
