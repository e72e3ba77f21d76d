"""The hot path: a plain event of an aggregate, read in a few microseconds.

It takes what is beyond doubt and leaves the rest to the contract, which alone says what is broken.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import DecodeError, ValidationError
from pydantic import TypeAdapter

from chassis.folding import native
from chassis.folding.changes import Fact
from chassis.folding.fold import Reading
from chassis.reader.quarantine import Record
from contracts.codec import CONTENT_TYPE
from contracts.envelope import source_of
from contracts.topic import Topic
from contracts.topics import CONTROL
from contracts.values import Ordinal

if TYPE_CHECKING:
    from chassis.folding.native.plain import FastPlainReader

UNREADABLE = (DecodeError, ValidationError, UnicodeDecodeError, RecursionError)
"""What a reading raises for data that it does not take."""
NOT_PLAIN = (KeyError, TypeError, ValueError, *UNREADABLE)
UUID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
UUID_LENGTH = 36
_IDS = re.compile(f"{UUID}{UUID}".encode())
_TIME = re.compile(
    rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    rb"(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_SEQUENCE = re.compile(rb"(?=0*[1-9])[0-9]{1,10}")
LAST_ORDINAL: Final[int] = TypeAdapter(Ordinal).json_schema()["maximum"]
"""A header has room for more, but no release could name them."""

_JSON = CONTENT_TYPE.encode()
_LONGEST_HEADERS = 1024
"""Of all values together; the contract allows as much for each."""
_REMEMBERED = 4_096


class PlainReader:
    """Reads the plain records of one topic. `readings` are by CloudEvents type."""

    def __init__(self, topic: Topic, readings: Mapping[str, Reading]) -> None:
        self._source = source_of(topic.owner).encode()
        self._types = {
            name.encode(): (name, readings[name])
            for event in topic.events
            if event not in CONTROL
            for name in [event.event_type()]
        }
        self._partitions = 0 if topic.broadcast else topic.partitions

    def compiled(self) -> "FastPlainReader | None":
        """The same for records that compiled code has taken apart, where there is such code."""
        if not native.COMPILED:
            return None
        return native.plain.FastPlainReader(
            Fact,
            self._source,
            _JSON,
            self._types,
            self._partitions,
            _time,
            LAST_ORDINAL,
            _LONGEST_HEADERS,
            NOT_PLAIN,
        )

    def read(self, record: Record) -> Fact | None:
        """The fact in a plain record; None for one that deserves a closer look."""
        stated, key, data = record.headers, record.key, record.value
        headers = dict(stated)
        try:
            if key is None or data is None or len(headers) != len(stated):
                return None
            event_id, subject = headers["ce_id"], headers["ce_subject"]
            if not self._is_plain(headers, key) or not _are_ids(event_id, subject):
                return None
            event_type, reading = self._types[headers["ce_type"]]
            ordinal, time = _ordinal(headers["ce_sequence"]), _time(headers["ce_time"])
            # A decoder skips over unknown fields without a look at their encoding.
            if not data.isascii():
                data.decode()
            return Fact(
                subject.decode(),
                ordinal,
                event_id.decode(),
                event_type,
                time,
                key.decode(),
                data,
                reading(data),
            )
        except NOT_PLAIN:
            return None

    def _is_plain(self, headers: dict[str, bytes], key: bytes) -> bool:
        texts = b"".join(headers.values())
        return (
            len(texts) <= _LONGEST_HEADERS
            and texts.isascii()
            and headers["ce_specversion"] == b"1.0"
            and headers["content-type"] == _JSON
            and headers["ce_source"] == self._source
            and headers["ce_partitionkey"] == key
            and headers["ce_dataschema"] != b""
        )


def _are_ids(one: bytes, other: bytes) -> bool:
    return len(one) == UUID_LENGTH and _IDS.fullmatch(one + other) is not None


@lru_cache(_REMEMBERED)
def _ordinal(text: bytes) -> int:
    """Raises: ValueError."""
    if not _SEQUENCE.fullmatch(text) or int(text) > LAST_ORDINAL:
        raise ValueError(f"no ordinal: {text!r}")
    return int(text)


@lru_cache(_REMEMBERED)
def _time(text: bytes) -> str:
    """A time of the right form that the calendar and the clock know. Raises: ValueError."""
    if not _TIME.fullmatch(text):
        raise ValueError(f"no time: {text!r}")
    time = text.decode()
    datetime.fromisoformat(time)
    return time
