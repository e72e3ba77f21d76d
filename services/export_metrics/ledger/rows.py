"""The ledger's statements, and its rows to and from what the fold works with."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from msgspec.json import Encoder

from contracts.export_metrics import RiskTriggerConstituted, RiskTriggerWithdrawn
from services.export_metrics.domain.events import Fact
from services.export_metrics.domain.figures import CellKey, Movement
from services.export_metrics.domain.risk import Standing, TriggerEvent
from services.export_metrics.domain.shipment import Shipment
from services.export_metrics.fold import Said
from services.export_metrics.ledger import cells
from services.export_metrics.reading.data import decode

SELECT_SHIPMENTS = """
    SELECT shipments.* FROM json_each(?) AS wanted JOIN shipments ON shipments.id = wanted.value
"""
SELECT_WAITING = """
    SELECT waiting.* FROM json_each(?) AS wanted JOIN waiting ON waiting.shipment = wanted.value
"""
PUT_SHIPMENT = "INSERT OR REPLACE INTO shipments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
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
    INSERT INTO triggers (batch, topic, offset, kind, event, evidence_time)
    VALUES (?, ?, ?, ?, ?, ?)
"""
PUT_WAITING = "INSERT INTO waiting VALUES (?, ?, ?, ?, ?, ?)"
DROP_WAITING = "DELETE FROM waiting WHERE shipment = ? AND ordinal = ?"
PUT_INPUT = "INSERT OR REPLACE INTO inputs VALUES (?, ?, ?)"
SELECT_CONTRIBUTIONS = """
    SELECT cell, day, fob, grams, quantity, shipments FROM contributions WHERE changed > ?
"""
SELECT_TRIGGERS = """
    SELECT topic, offset, kind, event, evidence_time FROM triggers WHERE batch > ? ORDER BY number
"""

TRIGGER_KINDS: dict[str, type[TriggerEvent]] = {
    kind.__name__: kind for kind in (RiskTriggerConstituted, RiskTriggerWithdrawn)
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
    """A trigger event and the input that caused it; `event` is its JSON."""

    topic: str
    offset: int
    kind: str
    event: str
    evidence_time: str

    def decoded(self) -> TriggerEvent:
        return TRIGGER_KINDS[self.kind].model_validate_json(self.event)


def json_list(ids: Iterable[str]) -> str:
    return _encoder.encode(list(ids)).decode()


def day(text_: str | None) -> date | None:
    return None if text_ is None else date.fromisoformat(text_)


def text(day_: date | None) -> str | None:
    return None if day_ is None else day_.isoformat()


def shipment(row: Any) -> Shipment:
    _, event_ids, cell, fob, grams, quantity, loss, loss_lost, damage, damage_lost = row
    return Shipment(
        event_ids,
        None if cell is None else Movement(cells.from_text(cell), fob, grams, quantity, 1),
        Standing(loss, loss_lost),
        Standing(damage, damage_lost),
    )


def shipments(changed: Mapping[str, Shipment]) -> Iterator[tuple[Any, ...]]:
    for id_, now in changed.items():
        booked = now.booked
        values = (None,) * 4 if booked is None else (cells.to_text(booked.cell), *booked[1:4])
        yield (id_, now.event_ids, *values, *now.loss, *now.damage)


def additions(
    totals: Mapping[tuple[CellKey, date], Movement], batch: int
) -> Iterator[tuple[Any, ...]]:
    for (cell, day_), total in totals.items():
        yield (cells.to_text(cell), day_.isoformat(), *total[1:], batch)


def triggers(said: Iterable[Said], topic: str, batch: int) -> Iterator[tuple[Any, ...]]:
    for offset, event, evidence_time in said:
        data = event.encode().decode()
        yield (batch, topic, offset, type(event).__name__, data, evidence_time)


def waiting(row: Any) -> Fact:
    shipment_, ordinal, id_, type_, time, data = row
    return Fact(shipment_, ordinal, id_, type_, time, data, decode(type_, data))


def waiters(facts: Mapping[tuple[str, int], Fact]) -> Iterator[tuple[Any, ...]]:
    for fact in facts.values():
        yield (fact.shipment, fact.ordinal, fact.id, fact.type, fact.time, fact.data)
