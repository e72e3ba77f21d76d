"""What may happen to a shipment, and when."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import assert_never

from contracts.dates import check_happened, out_of_range
from contracts.exports import (
    DeclarationAmended,
    DeclarationCancelled,
    DeclarationNumber,
    DeclaredGoods,
    ExporterStamp,
    ShipmentDamaged,
    ShipmentDelayed,
    ShipmentDelivered,
    ShipmentExported,
    ShipmentLost,
    ShipmentRestamped,
)
from contracts.problem import Refusal, RefusedError, refused
from services.exports.commands import (
    AmendDeclaration,
    CancelDeclaration,
    DeliverShipment,
    ExportsCommand,
    ExportShipment,
    GoodsStatement,
    RecordExport,
    ReportDamage,
    ReportDelay,
    ReportLoss,
    RestampExporter,
)
from services.exports.domain.state import Shipment, ShipmentEvent, Status
from services.exports.goods import declared_goods

LONGEST_DELAY = timedelta(days=3650)
"""So that days can be counted from the day that is expected."""


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
        case ReportDelay():
            return _delayed(command, shipment, today)
        case ReportLoss():
            return _lost(command, shipment, today)
        case ReportDamage():
            return _damaged(command, shipment, today)
        case AmendDeclaration():
            return _amended(command, shipment, today)
        case CancelDeclaration():
            return _cancelled(command, shipment, today)
        case RestampExporter():
            return _restamped(command, shipment)
        case _:
            assert_never(command)


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


def _delayed(command: ReportDelay, shipment: Shipment, today: date) -> list[ShipmentEvent]:
    """The latest notice counts; a shipment that is at its end cannot be late any more."""
    delay = ShipmentDelayed.model_validate(command.model_dump())
    _check_day(today, shipment, noticed_on=command.noticed_on)
    _check_not_cancelled(shipment)
    if delay == shipment.delay:
        return []
    if shipment.status is not Status.EXPORTED:
        raise refused(Refusal.CONFLICT, f"{shipment.status}_before", "id", f"is {shipment.status}")
    if shipment.delay and delay.noticed_on < shipment.delay.noticed_on:
        raise refused(Refusal.CONFLICT, "delay_older", "noticed_on", "is before the last notice")
    if not delay.noticed_on < delay.expected_on <= delay.noticed_on + LONGEST_DELAY:
        most = f"must be 1 to {LONGEST_DELAY.days} days after the notice"
        raise refused(Refusal.INVALID, "expected_out_of_range", "expected_on", most)
    return [delay]


def _lost(command: ReportLoss, shipment: Shipment, today: date) -> list[ShipmentEvent]:
    _check_day(today, shipment, noticed_on=command.noticed_on)
    _check_not_cancelled(shipment)
    if shipment.status is Status.DELIVERED:
        raise refused(
            Refusal.CONFLICT, "delivered_before", "noticed_on", "the shipment was delivered"
        )
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
        raise refused(
            Refusal.CONFLICT, "amendment_older", "amended_on", "is before the last amendment"
        )
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


def _restamped(command: RestampExporter, shipment: Shipment) -> list[ShipmentEvent]:
    if command.registry_ordinal <= shipment.exporter.registry_ordinal:
        return []
    corrected = command.model_dump(exclude_none=True)
    return [ShipmentRestamped(exporter=shipment.exporter.model_copy(update=corrected))]
