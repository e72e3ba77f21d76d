"""Every event type there is, found by its CloudEvents type. The topics say which there are."""

from contracts.event import Event
from contracts.topics import TOPICS

EVENTS: tuple[type[Event], ...] = tuple(
    dict.fromkeys(event for topic in TOPICS for event in topic.events)
)

BY_TYPE: dict[str, type[Event]] = {event.event_type(): event for event in EVENTS}
