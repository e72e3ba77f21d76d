"""The hot path: a plain event of an aggregate, read in a few microseconds.

It takes what is beyond doubt and leaves the rest to the contract, which alone says what is broken.
"""

import re
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter

from chassis.reader.quarantine import Record
from contracts.codec import CONTENT_TYPE
from contracts.envelope import source_of
from contracts.topics import Topic
from contracts.values import Ordinal
from services.export_metrics.domain.events import Fact
from services.export_metrics.reading.data import UNREADABLE, decode, readings_of

UUID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = (
    rf"{_DAY}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]{{1,9}})?(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})"
)
_PLACE = re.compile(rf"{UUID} {UUID} {_TIME} (?=0*[1-9])[0-9]{{1,10}}")
LAST_ORDINAL: Final[int] = TypeAdapter(Ordinal).json_schema()["maximum"]
"""A header has room for more, but no release could name them."""

_JSON = CONTENT_TYPE.encode()
_LONGEST_HEADERS = 1024
"""Of all values together; the contract allows as much for each."""


class PlainReader:
    """Reads the plain records of one topic."""

    def __init__(self, topic: Topic) -> None:
        self._source = source_of(topic.owner).encode()
        self._types = {name.encode(): name for name in readings_of(topic)}

    def read(self, record: Record) -> Fact | None:
        """The fact in a plain record; None for one that deserves a closer look."""
        headers = dict(record.headers)
        try:
            if not self._is_plain(headers, record):
                return None
            place = b" ".join(
                (
                    headers["ce_id"],
                    headers["ce_subject"],
                    headers["ce_time"],
                    headers["ce_sequence"],
                )
            ).decode()
            event_type, key, data = self._types[headers["ce_type"]], record.key, record.value
            if not _PLACE.fullmatch(place) or key is None or data is None:
                return None
            event_id, subject, time, sequence = place.split(" ")
            datetime.fromisoformat(time)  # of the right form, but does it exist?
            event, ordinal = decode(event_type, data), int(sequence)
        except (KeyError, TypeError, ValueError, *UNREADABLE):
            return None
        if ordinal > LAST_ORDINAL:
            return None
        return Fact(subject, ordinal, event_id, event_type, time, key.decode(), data, event)

    def _is_plain(self, headers: dict[str, bytes], record: Record) -> bool:
        texts = b"".join(headers.values())
        return (
            len(headers) == len(record.headers)
            and len(texts) <= _LONGEST_HEADERS
            and texts.isascii()
            and headers["ce_specversion"] == b"1.0"
            and headers["content-type"] == _JSON
            and headers["ce_source"] == self._source
            and headers["ce_partitionkey"] == record.key
            and headers["ce_dataschema"] != b""
        )
