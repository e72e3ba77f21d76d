"""CloudEvents in Kafka's binary mode: attributes in headers, the data in the value.

The reader is strict: it names everything that is wrong and never fills in what is missing.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from contracts.envelope import SEQUENCE_DIGITS, Envelope
from contracts.problem import Problem

CONTENT_TYPE = "application/json"
_REQUIRED = ("ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_dataschema")
_LONGEST_ATTRIBUTE = 1024
_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)

T = TypeVar("T")
Headers = Sequence[tuple[str, bytes | None]]


class MalformedRecordError(Exception):
    """A Kafka record that carries no readable event. Holds all `problems` found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class KafkaRecord(NamedTuple):
    key: bytes | None
    value: bytes
    headers: list[tuple[str, bytes]]


def to_kafka(envelope: Envelope) -> KafkaRecord:
    """Encode an envelope as key, value and headers of a Kafka record."""
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": envelope.id,
        "ce_source": envelope.source,
        "ce_type": envelope.type,
        "ce_time": envelope.time.isoformat(),
        "ce_subject": envelope.subject,
        "ce_dataschema": envelope.dataschema,
        "content-type": CONTENT_TYPE,
        "ce_partitionkey": envelope.partitionkey,
        "ce_sequence": _padded(envelope.sequence),
        "ce_correlationid": envelope.correlationid,
        "ce_causationid": envelope.causationid,
        "ce_traceparent": envelope.traceparent,
        "traceparent": envelope.traceparent,
    }
    key = envelope.partitionkey.encode() if envelope.partitionkey is not None else None
    headers = [(name, text.encode()) for name, text in attributes.items() if text is not None]
    return KafkaRecord(key, envelope.data, headers)


def from_kafka(key: bytes | None, value: bytes | None, headers: Headers) -> Envelope:
    """Decode a Kafka record.

    Raises:
        MalformedRecordError: a tombstone, a header that is missing, doubled, not UTF-8 or of the
            wrong form, or a key that is not the partition key. All problems are named at once.
    """
    problems: list[Problem] = []
    attributes = _attributes(headers, problems)
    for name in _REQUIRED:
        if not attributes.get(name) and not any(p.field == name for p in problems):
            problems.append(Problem("header_missing", name, "is required"))
    _check_forms(attributes, key, problems)
    time = _parsed(attributes, "ce_time", _aware_time, problems)
    sequence = _parsed(attributes, "ce_sequence", _ordinal, problems)
    if value is None:
        problems.append(Problem("tombstone", "value", "a record without a value is no event"))
    if problems or value is None or time is None:
        raise MalformedRecordError(problems)
    return Envelope(
        id=attributes["ce_id"],
        source=attributes["ce_source"],
        type=attributes["ce_type"],
        time=time,
        subject=attributes["ce_subject"],
        dataschema=attributes["ce_dataschema"],
        data=value,
        partitionkey=attributes.get("ce_partitionkey"),
        sequence=sequence,
        traceparent=attributes.get("ce_traceparent"),
        correlationid=attributes.get("ce_correlationid"),
        causationid=attributes.get("ce_causationid"),
    )


def _attributes(headers: Headers, problems: list[Problem]) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for name, raw in headers:
        if not name.startswith("ce_") and name != "content-type":
            continue
        if name in attributes:
            problems.append(Problem("header_doubled", name, "stands twice"))
        elif raw is None or len(raw) > _LONGEST_ATTRIBUTE:
            problems.append(Problem("header_malformed", name, "is empty or too long"))
        else:
            try:
                attributes[name] = raw.decode()
            except UnicodeDecodeError:
                problems.append(Problem("header_not_utf8", name, "is not UTF-8"))
    return attributes


def _check_forms(attributes: dict[str, str], key: bytes | None, problems: list[Problem]) -> None:
    if attributes.get("ce_specversion") != "1.0":
        problems.append(Problem("header_malformed", "ce_specversion", "must be 1.0"))
    content_type = attributes.get("content-type", CONTENT_TYPE)
    if content_type.split(";")[0].strip().lower() != CONTENT_TYPE:
        problems.append(Problem("header_malformed", "content-type", f"must be {CONTENT_TYPE}"))
    stated = attributes.get("ce_partitionkey")
    if (stated.encode() if stated is not None else None) != key:
        problems.append(Problem("key_mismatch", "key", "differs from ce_partitionkey"))


def _parsed(
    attributes: dict[str, str], name: str, parse: Callable[[str], T], problems: list[Problem]
) -> T | None:
    text = attributes.get(name)
    if not text:
        return None
    try:
        return parse(text)
    except ValueError as error:
        problems.append(Problem("header_malformed", name, str(error)))
        return None


def _padded(sequence: int | None) -> str | None:
    return None if sequence is None else f"{sequence:0{SEQUENCE_DIGITS}d}"


def _ordinal(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= SEQUENCE_DIGITS and int(text) > 0):
        raise ValueError(f"must be a whole number from 1, of at most {SEQUENCE_DIGITS} digits")
    return int(text)


def _aware_time(text: str) -> datetime:
    if not _RFC3339.fullmatch(text):
        raise ValueError("must be an RFC 3339 time with its offset from UTC")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("is no time that exists") from error
