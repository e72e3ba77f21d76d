"""What is decided, word by word: a subject is announced once, and ended at most once."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from chassis.reader.quarantine import Record


class Decision(NamedTuple):
    """The `ordinal`-th word on a subject: the first announces it, the next one ends it.

    An ordinal of 0 says that it has no place: nothing of ours has written it.
    """

    subject: str
    ordinal: int
    value: bytes

    @classmethod
    def of(cls, headers: Mapping[str, bytes | None], value: bytes | None) -> "Decision":
        """By the headers of its record."""
        subject = (headers.get("ce_subject") or b"").decode(errors="replace")
        ordinal = headers.get("ce_sequence") or b""
        return cls(subject, int(ordinal) if ordinal.isdigit() else 0, value or b"")


ById = dict[str, Decision]
"""By the id of the event, in the order in which they were said."""


class Decisions:
    """All decisions of a partition, and those that stand there more than once: with the id of
    another, or as another's word on its subject."""

    def __init__(self) -> None:
        self.found: ById = {}
        self.again: dict[str, bytes] = {}
        self._places: set[tuple[str, int]] = set()

    def take(self, record: Record) -> None:
        headers = dict(record.headers)
        # What has no id is not of this service: it shows as a difference, by its place.
        foreign = b"no id, at offset %d" % record.offset
        id_ = (headers.get("ce_id") or foreign).decode(errors="replace")
        decision = Decision.of(headers, record.value)
        place = (decision.subject, decision.ordinal)
        if id_ in self.found or (decision.ordinal and place in self._places):
            self.again[id_] = decision.value
        self._places.add(place)
        self.found[id_] = decision


class Due(NamedTuple):
    """What the log says was to be decided.

    `former` rests on inputs before the point at which this generation took over: its predecessor
    told of that in its own words. Without a predecessor all is its `own`.
    """

    own: ById
    former: ById
    succeeds: bool


class Lives(NamedTuple):
    """What some decisions amount to: the announcements that stand, and the ends, by subject."""

    standing: dict[str, bytes]
    ended: dict[str, bytes]

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> "Lives":
        """Of decisions in their order."""
        found = cls({}, {})
        for subject, ordinal, value in decisions:
            if ordinal == 1:
                found.standing[subject] = value
            elif ordinal:
                found.standing.pop(subject, None)
                found.ended[subject] = value
        return found
