"""What becomes of a shipment by what happened to it."""

from typing import assert_never

from contracts.exports import (
    DeclarationAmended,
    DeclarationCancelled,
    ShipmentDamaged,
    ShipmentDelayed,
    ShipmentDelivered,
    ShipmentExported,
    ShipmentLost,
    ShipmentRestamped,
)
from services.exports.domain.state import LaterEvent, Shipment, ShipmentEvent, Status


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


def _changes(event: LaterEvent) -> dict[str, object]:
    match event:
        case ShipmentDelivered():
            return {"status": Status.DELIVERED, "delivered_on": event.delivered_on}
        case ShipmentDelayed():
            return {"delay": event}
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
