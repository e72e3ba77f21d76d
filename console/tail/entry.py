"""One record taken apart: what can be read of it, and why the rest cannot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic_core import from_json

from chassis.reader.outcome import Broken, Stopped, read
from chassis.reader.quarantine import ERROR_PREFIX
from console.tail.reading import Record
from contracts.problem import Problem
from contracts.topic import Topic
from contracts.topics import TOPICS

_BY_NAME = {topic.name: topic for topic in TOPICS}
_NO_JSON = object()


@dataclass(frozen=True, slots=True)
class Entry:
    """A record for people.

    `headers` are as text, bytes that are not UTF-8 escaped. `data` is the value as JSON, or None
    with `has_data` false. `problems` says why a reader of this platform would not take the record.
    `error` holds what a quarantine notes of it, empty elsewhere.
    """

    topic: str
    partition: int
    offset: int
    recorded: datetime
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, str]
    data: Any = None
    has_data: bool = False
    problems: list[Problem] = field(default_factory=list)
    error: Mapping[str, str] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return self.headers.get("ce_type", "")

    @property
    def subject(self) -> str:
        return self.headers.get("ce_subject", "")

    @property
    def ordinal(self) -> str:
        """Without its zeros in front."""
        return self.headers.get("ce_sequence", "").lstrip("0")


def entry_of(record: Record, topic: Topic) -> Entry:
    """Take a record of `topic` apart, whatever it holds."""
    headers = {name: _text(raw) for name, raw in record.headers}
    error = {
        name.removeprefix(ERROR_PREFIX): headers.pop(name)
        for name in list(headers)
        if name.startswith(ERROR_PREFIX)
    }
    data = _json(record.value)
    return Entry(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        recorded=datetime.fromtimestamp(record.timestamp / 1000, UTC),
        key=record.key,
        value=record.value,
        headers=headers,
        data=None if data is _NO_JSON else data,
        has_data=data is not _NO_JSON,
        problems=_problems(record, _BY_NAME.get(error.get("topic", ""), topic)),
        error=error,
    )


def _problems(record: Record, topic: Topic) -> list[Problem]:
    """What the platform's own reader has against a record that was written to `topic`."""
    outcome = read(
        record.key, record.value, record.headers, topic=topic, wanted=frozenset(topic.events)
    )
    match outcome:
        case Broken():
            return outcome.problems
        case Stopped():
            return [outcome.problem]
        case _:
            return []


def _json(value: bytes | None) -> Any:
    """The value as JSON, or _NO_JSON."""
    if value is None:
        return _NO_JSON
    try:
        return from_json(value, allow_inf_nan=False)
    except ValueError:
        return _NO_JSON


def _text(raw: bytes | None) -> str:
    return "" if raw is None else raw.decode(errors="backslashreplace")
