"""Rows of the ledger to and from what the fold works with."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from msgspec.json import Encoder

from chassis.folding.changes import Fact, Said
from chassis.folding.fold import Reading

# CROSS JOIN: SQLite shall begin with what is given. Otherwise it goes through all of a source.
SELECT_AHEAD = """
    SELECT ahead.* FROM json_each(?) AS wanted
    CROSS JOIN ahead ON ahead.source = ? AND ahead.subject = wanted.value
"""
PUT_SAID = """
    INSERT INTO said (batch, topic, offset, barrier_day, kind, event, evidence_time)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
SELECT_SAID = """
    SELECT topic, offset, barrier_day, kind, event, evidence_time
    FROM said WHERE batch > ? ORDER BY number
"""
_encoder = Encoder()


class SaidRow(NamedTuple):
    """A decision, and the input or the barrier that caused it; `event` is its JSON."""

    topic: str | None
    offset: int | None
    barrier_day: str | None
    kind: str
    event: str
    evidence_time: str


def json_list(ids: Iterable[str]) -> str:
    return _encoder.encode(list(ids)).decode()


def day(text_: str | None) -> date | None:
    return None if text_ is None else date.fromisoformat(text_)


def text(day_: date | None) -> str | None:
    return None if day_ is None else day_.isoformat()


def said(decisions: Iterable[Said], topic: str, batch: int) -> Iterator[tuple[Any, ...]]:
    for offset, event, evidence_time in decisions:
        data = event.encode().decode()
        yield (batch, topic, offset, None, type(event).__name__, data, evidence_time)


def facts(readings: Mapping[str, Reading]) -> Callable[[Any], Fact]:
    """What makes a fact of the seven columns that `fact_columns` gives."""

    def fact(columns: Any) -> Fact:
        subject, ordinal, id_, type_, time, key, data = columns
        return Fact(subject, ordinal, id_, type_, time, key, data, readings[type_](data))

    return fact


def fact_columns(of: Fact) -> tuple[Any, ...]:
    return of[:7]
