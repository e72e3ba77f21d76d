"""The rows of what waits: holds, the events parked behind them, and those ahead of a gap."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from chassis.folding.changes import Ahead, Changes, Fact, Hold
from chassis.folding.ledger import rows

_PUT_AHEAD = "INSERT INTO ahead VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_DROP_AHEAD = "DELETE FROM ahead WHERE source = ? AND subject = ? AND ordinal = ?"
_PUT_HOLD = "INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?, ?)"
_DROP_HOLD = """
    DELETE FROM holds
    WHERE source = ? AND key = ? AND subject = ? AND ordinal = ? AND event_id = ?
"""
_PUT_PARKED = "INSERT INTO parked VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_DROP_PARKED = "DELETE FROM parked WHERE source = ? AND offset = ?"
_SELECT_ALL_HOLDS = """
    SELECT key, subject, ordinal, event_id, reason, since FROM holds WHERE source = ?
    ORDER BY key, subject, ordinal, event_id
"""
_SELECT_HOLDS = """
    SELECT holds.key, subject, ordinal, event_id, reason, since FROM json_each(?) AS wanted
    CROSS JOIN holds ON holds.source = ? AND holds.key = wanted.value
"""
# Left to itself, SQLite goes through all that is parked for each key.
_SELECT_PARKED = """
    SELECT parked.* FROM json_each(?) AS wanted
    CROSS JOIN parked INDEXED BY parked_key ON parked.source = ? AND parked.key = wanted.value
"""


class Held(NamedTuple):
    """A hold, its topic, and how many events wait behind its key."""

    topic: str
    hold: Hold
    waiting: int


def everything(db: sqlite3.Connection, sources: Mapping[str, int]) -> list[Held]:
    """All that is held, in the order of topics and keys; `sources` are numbers by topic."""
    return [
        Held(topic, hold, waiting.get(hold.key, 0))
        for topic, source in sources.items()
        for waiting in [parked_by_key(db, source)]
        for hold in all_holds(db, source)
    ]


def all_holds(db: sqlite3.Connection, source: int) -> tuple[Hold, ...]:
    """All that holds a key, of one topic."""
    return tuple(map(_hold, db.execute(_SELECT_ALL_HOLDS, (source,))))


def holds(db: sqlite3.Connection, source: int, keys: Iterable[str]) -> tuple[Hold, ...]:
    """What holds these keys, of one topic."""
    return tuple(map(_hold, db.execute(_SELECT_HOLDS, (rows.json_list(keys), source))))


def _hold(row: Any) -> Hold:
    key, subject, ordinal, event_id, reason, since = row
    return Hold(key, subject, ordinal, event_id, reason, date.fromisoformat(since))


MakeFact = Callable[[Any], Fact]


def parked(
    db: sqlite3.Connection, source: int, keys: Iterable[str], fact: MakeFact
) -> dict[int, Fact]:
    """The events that wait behind holds of these keys, by their offset."""
    found = db.execute(_SELECT_PARKED, (rows.json_list(keys), source))
    return {row[1]: fact(row[2:]) for row in found}


def parked_by_key(db: sqlite3.Connection, source: int) -> dict[str, int]:
    """How many events wait behind the holds of each key."""
    counted = "SELECT key, count(*) FROM parked WHERE source = ? GROUP BY key"
    return dict(db.execute(counted, (source,)))


def ahead(
    db: sqlite3.Connection, source: int, subjects: str, fact: MakeFact
) -> Mapping[tuple[str, int], Fact]:
    """The events ahead of a gap; `subjects` is a JSON list."""
    found = db.execute(rows.SELECT_AHEAD, (subjects, source))
    return {(row[1], row[2]): fact(row[1:]) for row in found}


def write(db: sqlite3.Connection, source: int, changes: Changes) -> None:
    """Keep what a batch changed."""
    _write_ahead(db, source, changes.now_ahead, changes.no_longer_ahead)
    db.executemany(
        _PUT_PARKED,
        ((source, at, *rows.fact_columns(fact)) for at, fact in changes.now_parked.items()),
    )
    db.executemany(_DROP_PARKED, ((source, at) for at in changes.no_longer_parked))
    db.executemany(_DROP_HOLD, ((source, *hold.place) for hold in changes.released))
    db.executemany(
        _PUT_HOLD,
        ((source, *hold[:5], hold.since.isoformat()) for hold in changes.now_held.values()),
    )


def _write_ahead(
    db: sqlite3.Connection, source: int, now: Ahead, no_longer: Iterable[tuple[str, int]]
) -> None:
    db.executemany(_PUT_AHEAD, ((source, *rows.fact_columns(fact)) for fact in now.values()))
    db.executemany(_DROP_AHEAD, ((source, *key) for key in no_longer))
