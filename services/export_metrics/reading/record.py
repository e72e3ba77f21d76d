"""What a record of an input topic is to the fold.

The hot path reads a well-formed event of a shipment from its headers and data in a few
microseconds. Whatever it does not take, for any reason, goes the long way through the contract,
which alone says what is broken and why.
"""

import re
from datetime import date, datetime

from chassis.reader.outcome import Broken, Readable, Skipped, Stopped, read
from chassis.reader.quarantine import Record
from contracts.codec import CONTENT_TYPE
from contracts.envelope import Envelope, source_of
from contracts.event import DayClosed, Event
from contracts.problem import Problem
from contracts.topics import Topic
from services.export_metrics.domain.events import Fact
from services.export_metrics.reading.data import READINGS, UNREADABLE, decode, is_read

WANTED: tuple[type[Event], ...] = (*(event for event, _, _ in READINGS), DayClosed)

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = (
    rf"{_DAY}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]{{1,9}})?(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})"
)
_PLACE = re.compile(rf"{_UUID} {_UUID} {_TIME} (?=0*[1-9])[0-9]{{1,10}}")
_ID = re.compile(_UUID)
_LONGEST_HEADERS = 1024
"""Of all values together; the contract allows as much for each."""

Item = Fact | DayClosed | Skipped | Broken | Stopped


class InputReader:
    """Reads the records of one input topic."""

    def __init__(self, topic: Topic) -> None:
        self._topic = topic
        self._source = source_of(topic.owner)

    def read(self, record: Record) -> Item:
        """A fact, a day marker, or why the record is neither."""
        return self._hot(record) or self._through_the_contract(record)

    def _hot(self, record: Record) -> Fact | None:
        """The fact in a plain record; None for one that deserves a closer look."""
        try:
            headers = dict(record.headers)
            texts = b" ".join(headers.values())
            if len(headers) != len(record.headers) or len(texts) > _LONGEST_HEADERS:
                return None
            if not texts.isascii() or not self._is_plain(headers, record.key):
                return None
            return _fact(
                headers["ce_id"].decode(),
                headers["ce_subject"].decode(),
                headers["ce_time"].decode(),
                headers["ce_sequence"].decode(),
                headers["ce_type"].decode(),
                record.value,
            )
        except (KeyError, TypeError, ValueError, *UNREADABLE):
            return None

    def _is_plain(self, headers: dict[str, bytes], key: bytes | None) -> bool:
        return (
            headers["ce_specversion"] == b"1.0"
            and headers["content-type"] == CONTENT_TYPE.encode()
            and headers["ce_source"] == self._source.encode()
            and headers["ce_partitionkey"] == key
            and headers["ce_dataschema"] != b""
        )

    def _through_the_contract(self, record: Record) -> Item:
        outcome = read(record.key, record.value, record.headers, topic=self._topic, wanted=WANTED)
        if not isinstance(outcome, Readable):
            return outcome
        if isinstance(outcome.event, DayClosed):
            return self._marker(outcome.event)
        if problems := _misplaced(outcome.envelope):
            return Broken("place", problems)
        # What the contract took in another form than the hot path does, its own encoding has not.
        envelope, data = outcome.envelope, outcome.event.encode()
        time, event = envelope.time.isoformat(), decode(envelope.type, data)
        return Fact(
            envelope.subject, envelope.sequence or 0, envelope.id, envelope.type, time, data, event
        )

    def _marker(self, marker: DayClosed) -> DayClosed | Broken:
        if marker.topic != self._topic.name:
            problem = Problem("marker_of_another_topic", "topic", f"is not {self._topic.name}")
            return Broken("data", [problem])
        if marker.through == date.max:
            return Broken("data", [Problem("day_out_of_range", "through", "no day comes after")])
        return marker


def _fact(
    event_id: str, shipment: str, time: str, sequence: str, event_type: str, data: bytes | None
) -> Fact | None:
    if not _PLACE.fullmatch(f"{event_id} {shipment} {time} {sequence}") or data is None:
        return None
    datetime.fromisoformat(time)  # of the right form, but does it exist?
    if not is_read(event_type):
        return None
    event = decode(event_type, data)
    return Fact(shipment, int(sequence), event_id, event_type, time, data, event)


def _misplaced(envelope: Envelope) -> list[Problem]:
    """What the fold asks of an envelope beyond the codec: ids that are UUIDs."""
    return [
        Problem("header_malformed", name, "must be a UUID in lower case")
        for name, value in (("ce_id", envelope.id), ("ce_subject", envelope.subject))
        if not _ID.fullmatch(value)
    ]
