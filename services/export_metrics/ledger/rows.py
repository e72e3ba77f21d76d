"""The ledger's statements, and its rows to and from what the fold works with."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from msgspec.json import Encoder

from contracts.export_metrics import (
    RiskTriggerConstituted,
    RiskTriggerSuperseded,
    RiskTriggerWithdrawn,
)
from services.export_metrics.domain.changes import Said
from services.export_metrics.domain.events import Fact
from services.export_metrics.domain.figures import CellKey, Movement
from services.export_metrics.domain.risk import Standing, TriggerEvent
from services.export_metrics.domain.shipment import Shipment
from services.export_metrics.ledger import cells
from services.export_metrics.reading.data import decode

# CROSS JOIN tells SQLite to begin with the ids: it would go through all of a source otherwise.
SELECT_SHIPMENTS = """
    SELECT shipments.* FROM json_each(?) AS wanted
    CROSS JOIN shipments ON shipments.source = ? AND shipments.id = wanted.value
"""
SELECT_AHEAD = """
    SELECT ahead.* FROM json_each(?) AS wanted
    CROSS JOIN ahead ON ahead.source = ? AND ahead.subject = wanted.value
"""
PUT_SHIPMENT = "INSERT OR REPLACE INTO shipments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
ADD_TO_CONTRIBUTION = """
    INSERT INTO contributions VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (cell, day) DO UPDATE SET
        fob = fob + excluded.fob,
        grams = grams + excluded.grams,
        quantity = quantity + excluded.quantity,
        shipments = shipments + excluded.shipments,
        changed = excluded.changed
"""
PUT_TRIGGER = """
    INSERT INTO triggers (batch, topic, offset, barrier_day, kind, event, evidence_time)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
PUT_AHEAD = "INSERT INTO ahead VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
DROP_AHEAD = "DELETE FROM ahead WHERE source = ? AND subject = ? AND ordinal = ?"
PUT_INPUT = "INSERT OR REPLACE INTO inputs VALUES (?, ?, ?)"
SELECT_CONTRIBUTIONS = """
    SELECT cell, day, fob, grams, quantity, shipments FROM contributions WHERE changed > ?
"""
SELECT_TRIGGERS = """
    SELECT topic, offset, barrier_day, kind, event, evidence_time
    FROM triggers WHERE batch > ? ORDER BY number
"""

TRIGGER_KINDS: dict[str, type[TriggerEvent]] = {
    kind.__name__: kind
    for kind in (RiskTriggerConstituted, RiskTriggerWithdrawn, RiskTriggerSuperseded)
}
_encoder = Encoder()


class ContributionRow(NamedTuple):
    """A contribution; `cell` is the text of `cells`, `day` an ISO date."""

    cell: str
    day: str
    fob: int
    grams: int
    quantity: int | None
    shipments: int


class TriggerRow(NamedTuple):
    """A trigger event, and the input or the barrier that caused it; `event` is its JSON."""

    topic: str | None
    offset: int | None
    barrier_day: str | None
    kind: str
    event: str
    evidence_time: str

    def decoded(self) -> TriggerEvent:
        return TRIGGER_KINDS[self.kind].model_validate_json(self.event)


def json_list(ids: Iterable[str]) -> str:
    return _encoder.encode(list(ids)).decode()


def date_of(text_: str) -> date:
    return date.fromisoformat(text_)


def day(text_: str | None) -> date | None:
    return None if text_ is None else date_of(text_)


def text(day_: date | None) -> str | None:
    return None if day_ is None else day_.isoformat()


def shipment(row: Any) -> Shipment:
    _, _, event_ids, cell, fob, grams, quantity, loss, loss_lost, damage, damage_lost = row
    return Shipment(
        event_ids,
        None if cell is None else Movement(cells.from_text(cell), fob, grams, quantity, 1),
        Standing(loss, loss_lost),
        Standing(damage, damage_lost),
    )


def shipments(source: int, changed: Mapping[str, Shipment]) -> Iterator[tuple[Any, ...]]:
    for id_, now in changed.items():
        booked = now.booked
        values = (None,) * 4 if booked is None else (cells.to_text(booked.cell), *booked[1:4])
        yield (source, id_, now.event_ids, *values, *now.loss, *now.damage)


def additions(
    totals: Mapping[tuple[CellKey, date], Movement], batch: int
) -> Iterator[tuple[Any, ...]]:
    for (cell, day_), total in totals.items():
        yield (cells.to_text(cell), day_.isoformat(), *total[1:], batch)


def triggers(said: Iterable[Said], topic: str, batch: int) -> Iterator[tuple[Any, ...]]:
    for offset, event, evidence_time in said:
        data = event.encode().decode()
        yield (batch, topic, offset, None, type(event).__name__, data, evidence_time)


def fact(columns: Any) -> Fact:
    """From the seven columns that `fact_columns` gives."""
    subject, ordinal, id_, type_, time, key, data = columns
    return Fact(subject, ordinal, id_, type_, time, key, data, decode(type_, data))


def fact_columns(of: Fact) -> tuple[Any, ...]:
    return of[:7]
