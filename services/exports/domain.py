"""The rules of exports: what may happen to a shipment, and when."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import NAMESPACE_URL, uuid5

from contracts.dates import check_happened, out_of_range
from contracts.envelope import SOURCE_PREFIX
from contracts.exports import (
    DeclarationAmended,
    DeclarationCancelled,
    DeclarationNumber,
    DeclaredGoods,
    ExporterStamp,
    ShipmentDamaged,
    ShipmentDelivered,
    ShipmentExported,
    ShipmentLost,
    ShipmentRestamped,
)
from contracts.problem import Refusal, RefusedError, refused
from contracts.values import Id, LocalDate, Value
from services.exports.commands import (
    AmendDeclaration,
    CancelDeclaration,
    DeliverShipment,
    ExportsCommand,
    ExportShipment,
    GoodsStatement,
    RecordExport,
    ReportDamage,
    ReportLoss,
    RestampExporter,
)
from services.exports.goods import declared_goods

SHIPMENT_IDS = uuid5(NAMESPACE_URL, f"{SOURCE_PREFIX}declarations")


class Status(StrEnum):
    EXPORTED = "exported"
    DELIVERED = "delivered"
    LOST = "lost"
    CANCELLED = "cancelled"


class Shipment(Value):
    """A shipment as this service knows it. `damage_percent` is that of the latest survey."""

    declaration: DeclarationNumber
    order_id: Id | None
    exporter: ExporterStamp
    goods: DeclaredGoods
    status: Status = Status.EXPORTED
    delivered_on: LocalDate | None = None
    amended_on: LocalDate | None = None
    survey: ShipmentDamaged | None = None


ShipmentEvent = (
    ShipmentExported
    | ShipmentDelivered
    | ShipmentLost
    | ShipmentDamaged
    | DeclarationAmended
    | DeclarationCancelled
    | ShipmentRestamped
)


def shipment_id(declaration: DeclarationNumber) -> str:
    """The id that a declaration has by nature: of the issuing office, its number and the item."""
    return str(uuid5(SHIPMENT_IDS, f"{declaration.office}|{declaration.number}|{declaration.item}"))


def decide(
    command: ExportsCommand, shipment: Shipment | None, today: date
) -> Sequence[ShipmentEvent]:
    """Raises RefusedError for what cannot be counted, contradicts the history, or is no history."""
    if isinstance(command, RecordExport):
        return [_exported(command.shipment, command.exporter, today)]
    if shipment is None:
        raise refused(Refusal.NOT_FOUND, "not_found", "id", "no such shipment")
    match command:
        case DeliverShipment():
            return _delivered(command, shipment, today)
        case ReportLoss():
            return _lost(command, shipment, today)
        case ReportDamage():
            return _damaged(command, shipment, today)
        case AmendDeclaration():
            return _amended(command, shipment, today)
        case CancelDeclaration():
            return _cancelled(command, shipment, today)
        case RestampExporter():
            if command.registry_ordinal <= shipment.exporter.registry_ordinal:
                return []
            corrected = command.model_dump(exclude_none=True)
            return [ShipmentRestamped(exporter=shipment.exporter.model_copy(update=corrected))]
        case _:
            assert_never(command)


def evolve(shipment: Shipment | None, event: ShipmentEvent) -> Shipment:
    if isinstance(event, ShipmentExported):
        return Shipment.model_construct(
            declaration=event.declaration,
            order_id=event.order_id,
            exporter=event.exporter,
            goods=event.goods,
        )
    if shipment is None:
        raise ValueError(f"{type(event).__name__} before ShipmentExported")
    return shipment.model_copy(update=_changes(event))


def _changes(
    event: ShipmentDelivered
    | ShipmentLost
    | ShipmentDamaged
    | DeclarationAmended
    | DeclarationCancelled
    | ShipmentRestamped,
) -> dict[str, object]:
    match event:
        case ShipmentDelivered():
            return {"status": Status.DELIVERED, "delivered_on": event.delivered_on}
        case ShipmentLost():
            return {"status": Status.LOST}
        case ShipmentDamaged():
            return {"survey": event}
        case DeclarationAmended():
            return {"goods": event.goods, "amended_on": event.amended_on}
        case DeclarationCancelled():
            return {"status": Status.CANCELLED}
        case ShipmentRestamped():
            return {"exporter": event.exporter}
        case _:
            assert_never(event)


def _exported(stated: ExportShipment, exporter: ExporterStamp, today: date) -> ShipmentExported:
    goods = _goods(stated, today)
    return ShipmentExported.model_construct(
        declaration=DeclarationNumber.model_validate(stated.declaration.model_dump()),
        order_id=stated.order_id,
        buyer_id=stated.buyer_id,
        exporter=exporter,
        goods=goods,
    )


def _goods(stated: GoodsStatement, today: date) -> DeclaredGoods:
    days = {"exported_on": stated.exported_on}
    if stated.exchange_rate is not None:
        days["exchange_rate.date"] = stated.exchange_rate.date
    return declared_goods(stated, *out_of_range(today, **days))


def _delivered(command: DeliverShipment, shipment: Shipment, today: date) -> list[ShipmentEvent]:
    _check_day(today, shipment, delivered_on=command.delivered_on)
    _check_not_cancelled(shipment)
    if shipment.status is Status.DELIVERED:
        if shipment.delivered_on == command.delivered_on:
            return []
        raise refused(Refusal.CONFLICT, "delivered_before", "delivered_on", "is delivered already")
    return [ShipmentDelivered(delivered_on=command.delivered_on)]


def _lost(command: ReportLoss, shipment: Shipment, today: date) -> list[ShipmentEvent]:
    _check_day(today, shipment, noticed_on=command.noticed_on)
    _check_not_cancelled(shipment)
    if shipment.status is Status.DELIVERED:
        raise refused(Refusal.CONFLICT, "delivered_before", "noticed_on", "was delivered")
    if shipment.status is Status.LOST:
        return []
    return [
        ShipmentLost(noticed_on=command.noticed_on, transport_document=command.transport_document)
    ]


def _damaged(command: ReportDamage, shipment: Shipment, today: date) -> list[ShipmentEvent]:
    _check_day(today, shipment, surveyed_on=command.surveyed_on)
    _check_not_cancelled(shipment)
    survey = ShipmentDamaged.model_validate(command.model_dump())
    if survey == shipment.survey:
        return []
    if shipment.survey and survey.surveyed_on < shipment.survey.surveyed_on:
        raise refused(Refusal.CONFLICT, "survey_older", "surveyed_on", "is before the last survey")
    return [survey]


def _amended(command: AmendDeclaration, shipment: Shipment, today: date) -> list[ShipmentEvent]:
    check_happened(today, amended_on=command.amended_on)
    _check_not_cancelled(shipment)
    if shipment.amended_on and command.amended_on < shipment.amended_on:
        raise refused(Refusal.CONFLICT, "amendment_older", "amended_on", "is before the last one")
    try:
        goods = _goods(command.goods, today)
    except RefusedError as error:
        raise error.within("goods") from error
    if goods == shipment.goods:
        return []
    return [DeclarationAmended(amended_on=command.amended_on, reason=command.reason, goods=goods)]


def _cancelled(command: CancelDeclaration, shipment: Shipment, today: date) -> list[ShipmentEvent]:
    check_happened(today, cancelled_on=command.cancelled_on)
    if shipment.status is Status.CANCELLED:
        return []
    return [DeclarationCancelled(cancelled_on=command.cancelled_on, reason=command.reason)]


def _check_day(today: date, shipment: Shipment, **day: date) -> None:
    check_happened(today, **day)
    for field, given in day.items():
        if given < shipment.goods.exported_on:
            raise refused(Refusal.INVALID, "before_export", field, "is before the export")


def _check_not_cancelled(shipment: Shipment) -> None:
    if shipment.status is Status.CANCELLED:
        raise refused(Refusal.CONFLICT, "cancelled", "id", "the declaration was cancelled")
