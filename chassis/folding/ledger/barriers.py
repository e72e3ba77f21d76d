"""Running the barriers that have become due, inside the transaction that made them so."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from msgspec import json

from chassis.folding.changes import DayTotals, Staged
from chassis.folding.fold import Decided, KnownAtBarrier, Reading, Rules
from chassis.folding.ledger import rows
from chassis.folding.sums import add_to
from contracts.event import Event

_PUT_STAGED = "INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SELECT_STAGED = """
    SELECT day, offset, key, waits, subject, ordinal, id, type, time, data
    FROM staged WHERE day = ? ORDER BY source, offset, number
"""
_SELECT_CASES = """
    SELECT body FROM json_each(?) AS wanted CROSS JOIN cases ON cases.key = wanted.value
"""
_SELECT_RIPE = """
    SELECT body FROM cases
    WHERE ripens_on <= ? AND weight >= ? AND key NOT IN (SELECT key FROM waiting)
"""
_PUT_CASE = "INSERT OR REPLACE INTO cases VALUES (?, ?, ?, ?, ?)"


def stage(db: sqlite3.Connection, source: int, staged: Sequence[Staged]) -> None:
    """Keep what the barriers of their days shall know, in its order."""
    db.executemany(_PUT_STAGED, _staged_rows(source, staged))


class Barriers:
    """The barriers of one ledger, for the rules of its fold."""

    def __init__(
        self, db: sqlite3.Connection, rules: Rules, readings: Mapping[str, Reading]
    ) -> None:
        self._db = db
        self._rules = rules
        self._fact = rows.facts(readings)
        self._case = json.Decoder(rules.case_type)
        self._shared = json.Decoder(rules.shared_type)

    def run(self, last: date | None, through: date, batch: int) -> DayTotals:
        """Decide the days after `last` up to `through`, in order, and keep what is said.

        Returns what moved in the figures on each of them.
        """
        moved: DayTotals = defaultdict(dict)
        for day in self._days(last, through):
            found = self._db.execute(_SELECT_STAGED, (day.isoformat(),))
            staged = [self._staged(row) for row in found]
            decided = self._rules.decide(day, staged, self._known(day, staged))
            self._write(decided)
            self._db.executemany(rows.PUT_SAID, _said(decided.said, day, batch))
            for movement in decided.movements:
                add_to(moved[day], movement)
        self._db.execute("DELETE FROM staged WHERE day <= ?", (through.isoformat(),))
        self._db.execute("UPDATE fold SET barrier_day = ?", (through.isoformat(),))
        return moved

    def _days(self, last: date | None, through: date) -> Iterator[date]:
        """The first begins where something was staged: before, there was nothing to decide."""
        if last is None:
            earliest = self._db.execute("SELECT min(day) FROM staged").fetchone()[0]
            day = min(rows.day(earliest) or through, through)
        else:
            day = last + timedelta(days=1)
        while day <= through:
            yield day
            day += timedelta(days=1)

    def _known(self, day: date, staged: Sequence[Staged]) -> KnownAtBarrier:
        shared = self._learnt(staged)
        keys = {each.key for each in staged} | {each.fact.subject for each in staged if each.fact}
        found = list(self._db.execute(_SELECT_CASES, (rows.json_list(sorted(keys)),)))
        if ripe := self._rules.ripe(shared, day):
            found += self._db.execute(_SELECT_RIPE, (ripe.day.isoformat(), ripe.weight))
        cases = [self._case.decode(row[0]) for row in found]
        return KnownAtBarrier(
            shared,
            {self._rules.row(case).subject: case for case in cases},
            dict(self._db.execute("SELECT key, things FROM waiting")),
        )

    def _learnt(self, staged: Sequence[Staged]) -> Any:
        stored = self._db.execute("SELECT shared FROM fold").fetchone()[0]
        before = self._rules.nothing_shared if stored is None else self._shared.decode(stored)
        after = self._rules.learn(before, staged)
        if after != before:
            self._db.execute("UPDATE fold SET shared = ?", (json.encode(after),))
        return after

    def _write(self, decided: Decided) -> None:
        for key, things in decided.waiting.items():
            self._db.execute("DELETE FROM waiting WHERE key = ?", (key,))
            if things:
                self._db.execute("INSERT INTO waiting VALUES (?, ?)", (key, things))
        self._db.executemany(_PUT_CASE, (self._case_row(each) for each in decided.cases.values()))

    def _case_row(self, case: Any) -> tuple[Any, ...]:
        subject, key, ripens_on, weight = self._rules.row(case)
        return (subject, key, rows.text(ripens_on), weight, json.encode(case))

    def _staged(self, row: Any) -> Staged:
        day, offset, key, waits, subject, ordinal, id_, type_, happened, data = row
        fact = None
        if subject is not None:
            fact = self._fact((subject, ordinal, id_, type_, happened, key, data))
        return Staged(offset, date.fromisoformat(day), key, fact, waits)


def _staged_rows(source: int, staged: Iterable[Staged]) -> Iterator[tuple[Any, ...]]:
    for number, each in enumerate(staged):
        place = (each.day.isoformat(), source, each.offset, number, each.key, each.waits)
        if each.fact is None:
            yield (*place, *(None,) * 6)
        else:
            subject, ordinal, id_, type_, happened, _, data, _ = each.fact
            yield (*place, subject, ordinal, id_, type_, happened, data)


def _said(said: Iterable[Event], day: date, batch: int) -> Iterator[tuple[Any, ...]]:
    """What is said at the end of a day has the day's beginning for its time, as figures have."""
    happened = datetime.combine(day, time.min, UTC).isoformat()
    for event in said:
        data = event.encode().decode()
        yield (batch, None, None, day.isoformat(), type(event).__name__, data, happened)
