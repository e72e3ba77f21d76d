"""Running the barriers that have become due, inside the transaction that made them so."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from msgspec.json import Decoder, Encoder

from services.export_metrics.barrier import Decided, KnownAtBarrier, decide_day, facts_of, terms_in
from services.export_metrics.domain.changes import Staged
from services.export_metrics.domain.default import Terms, in_force
from services.export_metrics.domain.invoice import Invoice
from services.export_metrics.domain.risk import TriggerEvent
from services.export_metrics.ledger import rows

_PUT_STAGED = "INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SELECT_STAGED = """
    SELECT day, offset, key, waits, subject, ordinal, id, type, time, data
    FROM staged WHERE day = ? ORDER BY source, offset, number
"""
_SELECT_INVOICES = """
    SELECT invoice FROM json_each(?) AS wanted CROSS JOIN invoices ON order_id = wanted.value
"""
_SELECT_DUE = """
    SELECT invoice FROM invoices
    WHERE may_default AND due_on <= ? AND exposure >= ?
    AND order_id NOT IN (SELECT key FROM waiting)
"""
_PUT_INVOICE = "INSERT OR REPLACE INTO invoices VALUES (?, ?, ?, ?, ?, ?)"
_encoder = Encoder()
_terms = Decoder(Terms)
_invoice = Decoder(Invoice)


def stage(db: sqlite3.Connection, source: int, staged: Sequence[Staged]) -> None:
    """Keep what the barriers of their days shall know, in its order."""
    db.executemany(_PUT_STAGED, _staged_rows(source, staged))


def run(db: sqlite3.Connection, last: date | None, through: date, batch: int) -> None:
    """Decide the days after `last` up to `through`, in order, and keep what is said."""
    for day in _days(db, last, through):
        staged = [_staged(row) for row in db.execute(_SELECT_STAGED, (day.isoformat(),))]
        decided = decide_day(day, staged, _known(db, day, staged))
        _write(db, decided)
        db.executemany(rows.PUT_TRIGGER, _said(decided.said, day, batch))
    db.execute("DELETE FROM staged WHERE day <= ?", (through.isoformat(),))
    db.execute("UPDATE fold SET barrier_day = ?", (through.isoformat(),))


def _days(db: sqlite3.Connection, last: date | None, through: date) -> Iterator[date]:
    """The first barrier begins where something was staged: before, there was nothing to decide."""
    if last is None:
        earliest = db.execute("SELECT min(day) FROM staged").fetchone()[0]
        day = min(rows.day(earliest) or through, through)
    else:
        day = last + timedelta(days=1)
    while day <= through:
        yield day
        day += timedelta(days=1)


def _known(db: sqlite3.Connection, day: date, staged: Sequence[Staged]) -> KnownAtBarrier:
    for terms in terms_in(staged):
        db.execute(
            "INSERT OR IGNORE INTO terms VALUES (?, ?)", (terms.version, _encoder.encode(terms))
        )
    known_terms = tuple(_terms.decode(row[0]) for row in db.execute("SELECT terms FROM terms"))
    orders = {each.key for each in staged} | {fact.subject for fact in facts_of(staged)}
    found = list(db.execute(_SELECT_INVOICES, (rows.json_list(sorted(orders)),))) if orders else []
    if terms_now := in_force(known_terms, day):
        least = max(terms_now.least_exposure, 1)
        found += db.execute(_SELECT_DUE, (terms_now.last_due_day(day).isoformat(), least))
    invoices = [_invoice.decode(row[0]) for row in found]
    waiting = dict(db.execute("SELECT key, things FROM waiting"))
    return KnownAtBarrier(known_terms, {each.subject: each for each in invoices}, waiting)


def _write(db: sqlite3.Connection, decided: Decided) -> None:
    for key, things in decided.waiting.items():
        db.execute("DELETE FROM waiting WHERE key = ?", (key,))
        if things:
            db.execute("INSERT INTO waiting VALUES (?, ?)", (key, things))
    db.executemany(_PUT_INVOICE, _invoice_rows(decided.invoices.values()))


def _invoice_rows(invoices: Iterable[Invoice]) -> Iterator[tuple[Any, ...]]:
    for each in invoices:
        yield (
            each.subject,
            each.order,
            each.may_default(),
            each.due_on.isoformat(),
            each.exposure(),
            _encoder.encode(each),
        )


def _staged_rows(source: int, staged: Iterable[Staged]) -> Iterator[tuple[Any, ...]]:
    for number, each in enumerate(staged):
        place = (each.day.isoformat(), source, each.offset, number, each.key, each.waits)
        if each.fact is None:
            yield (*place, *(None,) * 6)
        else:
            subject, ordinal, id_, type_, happened, _, data, _ = each.fact
            yield (*place, subject, ordinal, id_, type_, happened, data)


def _staged(row: Any) -> Staged:
    day, offset, key, waits, subject, ordinal, id_, type_, happened, data = row
    has_fact = subject is not None
    fact = rows.fact((subject, ordinal, id_, type_, happened, key, data)) if has_fact else None
    return Staged(offset, rows.date_of(day), key, fact, waits)


def _said(said: Iterable[TriggerEvent], day: date, batch: int) -> Iterator[tuple[Any, ...]]:
    """What is said at the end of a day has the day's beginning for its time, as figures have."""
    happened = datetime.combine(day, time.min, UTC).isoformat()
    for event in said:
        data = event.encode().decode()
        yield (batch, None, None, day.isoformat(), type(event).__name__, data, happened)
