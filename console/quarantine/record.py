"""A record in quarantine: what its reader noted, and where its event belongs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chassis.reader.quarantine import ERROR_PREFIX
from console.quarantine.errors import QuarantineError
from console.tail.entry import Entry, entry_of
from console.tail.reading import Record
from contracts.envelope import SEQUENCE_DIGITS, source_of
from contracts.event import Redriven
from contracts.topic import Topic
from contracts.topics import TOPICS

_TOPICS = {topic.name: topic for topic in TOPICS}
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_ORDINAL = re.compile(rf"(?=0*[1-9])[0-9]{{1,{SEQUENCE_DIGITS}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event belongs: what its owner must know to release it.

    `key` is None for a record without one; `partition` is where it stands in `topic`.
    """

    topic: Topic
    partition: int
    key: str | None
    subject: str
    ordinal: int
    event_id: str


class Quarantined:
    """One record of the quarantine of `reader`."""

    def __init__(self, reader: str, quarantine: Topic, record: Record) -> None:
        self.reader = reader
        self.entry: Entry = entry_of(record, quarantine)
        self.headers: Sequence[tuple[str, bytes]] = [
            (name, raw) for name, raw in record.headers if not name.startswith(ERROR_PREFIX)
        ]
        """As they were found, in their order, doubled ones too."""

    @property
    def offset(self) -> int:
        return self.entry.offset

    @property
    def stood_in(self) -> str:
        """The topic in which the reader met it."""
        return self.entry.error.get("topic", "")

    @property
    def stood_at(self) -> str:
        """Its partition and offset there, such as ``3@17``."""
        note = self.entry.error.get
        return f"{note('partition', '')}@{note('offset', '')}"

    @property
    def codes(self) -> list[str]:
        """Why, for programs; each once."""
        return list(dict.fromkeys(filter(None, self.entry.error.get("reason", "").split(","))))

    @property
    def body(self) -> dict[str, Any] | None:
        """The data as an object, if that can be read."""
        return self.entry.data if isinstance(self.entry.data, dict) else None

    @cached_property
    def place(self) -> Place | None:
        """None when there is `nothing_to_release`."""
        if self.unplaced:
            return None
        key = self.entry.key
        return Place(
            topic=_TOPICS[self.stood_in],
            partition=int(self.entry.error["partition"]),
            key=None if key is None else key.decode(),
            subject=self._header("ce_subject"),
            ordinal=int(self._header("ce_sequence")),
            event_id=self._header("ce_id"),
        )

    @cached_property
    def unplaced(self) -> list[str]:
        """Why the event has no place that its owner could release; empty when it has one."""
        topic = _TOPICS.get(self.stood_in)
        if topic is None or Redriven not in topic.events:
            return [f"nothing is released in {self.stood_in or 'an unknown topic'}"]
        missing = []
        if self._header("ce_source") != source_of(topic.owner):
            missing.append(f"ce_source is not {source_of(topic.owner)}")
        if not _ID.fullmatch(self._header("ce_subject")):
            missing.append("ce_subject is no id")
        if not _ORDINAL.fullmatch(self._header("ce_sequence")):
            missing.append("ce_sequence is no ordinal")
        if not _ID.fullmatch(self._header("ce_id")):
            missing.append("ce_id is no id")
        if not _is_text(self.entry.key):
            missing.append("its key is not UTF-8")
        return missing

    def placed(self) -> Place:
        """The place. Raises QuarantineError, saying why, when there is nothing to release."""
        if self.place is None:
            raise QuarantineError(
                f"{self.reader} {self.offset} has no place in a sequence of events "
                f"({'; '.join(self.unplaced)}): it holds nothing, so there is nothing to release"
            )
        return self.place

    def _header(self, name: str) -> str:
        """A header that stands once and is UTF-8; else nothing."""
        raws = [raw for other, raw in self.headers if other == name]
        return raws[0].decode() if len(raws) == 1 and _is_text(raws[0]) else ""


def _is_text(raw: bytes | None) -> bool:
    try:
        (raw or b"").decode()
    except UnicodeDecodeError:
        return False
    return True
