"""A shipment as the fold knows it: which of its events were placed, and what it now contributes."""

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, assert_never

from services.export_metrics.domain import figures
from services.export_metrics.domain.events import (
    Amended,
    Cancelled,
    Damaged,
    Delivered,
    Disputed,
    Exported,
    Extended,
    Fact,
    Invoiced,
    Lost,
    OrderEnded,
    Paid,
    Passed,
    Restamped,
    Settled,
    TermsSet,
)
from services.export_metrics.domain.figures import Movement
from services.export_metrics.domain.risk import (
    ALL_IS_LOST,
    DAMAGE,
    LOSS,
    NEVER,
    NOTHING_IS_LOST,
    Standing,
    TriggerEvent,
    decide,
    loss_by_survey,
)


@dataclass(frozen=True, slots=True)
class Shipment:
    """`event_ids` are the ids of the events placed so far, 16 bytes each, in their order.

    An aggregate of another topic has its place here and nothing more: its events are staged.

    `booked` is what it contributes now: None before it was exported and after its declaration was
    cancelled.
    """

    event_ids: bytes = b""
    booked: Movement | None = None
    loss: Standing = NEVER
    damage: Standing = NEVER


UNKNOWN = Shipment()


class Change(NamedTuple):
    """What one event does."""

    shipment: Shipment
    movements: tuple[Movement, ...] = ()
    triggers: tuple[TriggerEvent, ...] = ()


def evolve(shipment: Shipment, fact: Fact, event_id: bytes, day: date) -> Change:
    """Fold the next event of a shipment, learnt on the knowledge day `day`.

    What is for the barrier only takes its place. Total: an event that its owner would not have said
    in this state (an amendment of a cancelled declaration, say) changes no figure.
    """
    event_ids = shipment.event_ids + event_id
    booked = shipment.booked
    match fact.event:
        case Exported(office, exporter, goods):
            return _rebook(shipment, event_ids, figures.booking(office, exporter, goods))
        case Amended(goods):
            amended = booked and figures.amended(booked, goods)
            return _rebook(shipment, event_ids, amended)
        case Restamped(exporter):
            restamped = booked and figures.restamped(booked, exporter)
            return _rebook(shipment, event_ids, restamped)
        case Cancelled():
            return _cancel(shipment, event_ids, fact, day)
        case Lost():
            return _lost(shipment, event_ids, ALL_IS_LOST, fact, day)
        case Delivered():
            return _lost(shipment, event_ids, NOTHING_IS_LOST, fact, day)
        case Damaged(percent):
            return _damaged(shipment, event_ids, loss_by_survey(percent), fact, day)
        case (
            Passed() | Invoiced() | Paid() | Extended() | Disputed() | Settled() | OrderEnded()
            | TermsSet()
        ):  # fmt: skip
            return Change(replace(shipment, event_ids=event_ids))
        case _ as unhandled:
            assert_never(unhandled)


def _rebook(shipment: Shipment, event_ids: bytes, booked: Movement | None) -> Change:
    """Take back what was booked, in its own month, and book anew: both become known today."""
    before = shipment.booked
    after = Shipment(event_ids, booked, shipment.loss, shipment.damage)
    if before == booked:
        return Change(after)
    movements: tuple[Movement, ...] = () if before is None else (before.reversed(),)
    return Change(after, movements if booked is None else (*movements, booked))


def _cancel(shipment: Shipment, event_ids: bytes, fact: Fact, day: date) -> Change:
    change = _rebook(shipment, event_ids, None)
    loss, loss_said = decide(
        LOSS,
        shipment.loss,
        NOTHING_IS_LOST,
        fob_mad_centimes=None,
        fact=fact,
        day=day,
        reason="declaration-cancelled",
    )
    damage, damage_said = decide(
        DAMAGE,
        shipment.damage,
        NOTHING_IS_LOST,
        fob_mad_centimes=None,
        fact=fact,
        day=day,
        reason="declaration-cancelled",
    )
    after = replace(change.shipment, loss=loss, damage=damage)
    return Change(after, change.movements, (*loss_said, *damage_said))


def _lost(shipment: Shipment, event_ids: bytes, lost: int, fact: Fact, day: date) -> Change:
    standing, said = decide(
        LOSS,
        shipment.loss,
        lost,
        fob_mad_centimes=_value(shipment),
        fact=fact,
        day=day,
        reason="found",
    )
    return Change(replace(shipment, event_ids=event_ids, loss=standing), (), said)


def _damaged(shipment: Shipment, event_ids: bytes, lost: int, fact: Fact, day: date) -> Change:
    standing, said = decide(
        DAMAGE,
        shipment.damage,
        lost,
        fob_mad_centimes=_value(shipment),
        fact=fact,
        day=day,
        reason="survey-revised" if lost else "survey-reversed",
    )
    return Change(replace(shipment, event_ids=event_ids, damage=standing), (), said)


def _value(shipment: Shipment) -> int | None:
    return None if shipment.booked is None else shipment.booked.fob_mad_centimes
