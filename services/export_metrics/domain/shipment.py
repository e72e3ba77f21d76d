"""A shipment as the fold knows it: what it now contributes, and how its risks stand."""

from datetime import date
from typing import NamedTuple, assert_never

from services.export_metrics.domain import exporters, figures
from services.export_metrics.domain.events import (
    Amended,
    Cancelled,
    Damaged,
    Delivered,
    Exported,
    Fact,
    Lost,
    Restamped,
    ShipmentEvent,
)
from services.export_metrics.domain.exporters import ExporterCell, ExporterMovement
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


class Shipment(NamedTuple):
    """`booked` is what it contributes now, `exporter` for whom it counts: both None before it was
    exported and after its declaration was cancelled.

    An aggregate of another topic has no more than its place: its events are for the barrier.
    """

    booked: Movement | None = None
    exporter: ExporterCell | None = None
    loss: Standing = NEVER
    damage: Standing = NEVER


UNKNOWN = Shipment()


Change = tuple[Shipment, tuple[Movement | ExporterMovement, ...], tuple[TriggerEvent, ...]]
"""What one event does. A plain tuple: a named one takes ten times as long to make."""


def evolve(shipment: Shipment, event: ShipmentEvent, fact: Fact, day: date) -> Change:
    """Fold the next event of a shipment, learnt on the knowledge day `day`.

    Total: an event that its owner would not have said in this state (an amendment of a cancelled
    declaration, say) changes no figure.
    """
    booked, counted = shipment.booked, shipment.exporter
    match event:
        case Exported():
            return _rebook(shipment, event.booked, event.exporter)
        case Amended(goods):
            in_its_month = counted and exporters.in_month(counted, goods.month)
            return _rebook(shipment, booked and figures.amended(booked, goods), in_its_month)
        case Restamped(described):
            as_described = counted and exporters.restamped(counted, described)
            return _rebook(shipment, booked and figures.restamped(booked, described), as_described)
        case Cancelled():
            return _cancel(shipment, fact, day)
        case Lost():
            return _lost(shipment, ALL_IS_LOST, fact, day)
        case Delivered():
            return _lost(shipment, NOTHING_IS_LOST, fact, day)
        case Damaged(percent):
            return _damaged(shipment, loss_by_survey(percent), fact, day)
        case _ as unhandled:
            assert_never(unhandled)


def _rebook(shipment: Shipment, booked: Movement | None, exporter: ExporterCell | None) -> Change:
    """Take back what was booked, in its own month, and book anew: both become known today."""
    before, counted, loss, damage = shipment
    if before == booked and counted == exporter:
        return shipment, (), ()
    after = Shipment(booked, exporter, loss, damage)
    return after, (*_booking(before, counted, -1), *_booking(booked, exporter, 1)), ()


def _booking(
    booked: Movement | None, exporter: ExporterCell | None, sign: int
) -> tuple[Movement | ExporterMovement, ...]:
    """What a booking adds, or takes back when `sign` is -1."""
    if booked is None or exporter is None:
        return ()
    counted = ExporterMovement(exporter, sign * booked.fob_mad_centimes, sign)
    return (booked if sign > 0 else booked.reversed(), counted)


def _cancel(shipment: Shipment, fact: Fact, day: date) -> Change:
    after, movements, _ = _rebook(shipment, None, None)
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
    after = after._replace(loss=loss, damage=damage)
    return after, movements, (*loss_said, *damage_said)


def _lost(shipment: Shipment, lost: int, fact: Fact, day: date) -> Change:
    standing, said = decide(
        LOSS,
        shipment.loss,
        lost,
        fob_mad_centimes=_value(shipment),
        fact=fact,
        day=day,
        reason="found",
    )
    return shipment._replace(loss=standing), (), said


def _damaged(shipment: Shipment, lost: int, fact: Fact, day: date) -> Change:
    standing, said = decide(
        DAMAGE,
        shipment.damage,
        lost,
        fob_mad_centimes=_value(shipment),
        fact=fact,
        day=day,
        reason="survey-revised" if lost else "survey-reversed",
    )
    return shipment._replace(damage=standing), (), said


def _value(shipment: Shipment) -> int | None:
    return None if shipment.booked is None else shipment.booked.fob_mad_centimes
