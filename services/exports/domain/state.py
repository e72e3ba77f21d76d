"""What the service knows of a shipment."""

from enum import StrEnum
from uuid import NAMESPACE_URL, uuid5

from contracts.envelope import SOURCE_PREFIX
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
from contracts.values import Id, LocalDate, Value

SHIPMENT_IDS = uuid5(NAMESPACE_URL, f"{SOURCE_PREFIX}declarations")


class Status(StrEnum):
    EXPORTED = "exported"
    DELIVERED = "delivered"
    LOST = "lost"
    CANCELLED = "cancelled"


class Shipment(Value):
    """A shipment as this service knows it. `survey` and `delay` are the latest."""

    declaration: DeclarationNumber
    order_id: Id | None
    exporter: ExporterStamp
    goods: DeclaredGoods
    status: Status = Status.EXPORTED
    delivered_on: LocalDate | None = None
    amended_on: LocalDate | None = None
    survey: ShipmentDamaged | None = None
    delay: ShipmentDelayed | None = None


LaterEvent = (
    ShipmentDelivered
    | ShipmentDelayed
    | ShipmentLost
    | ShipmentDamaged
    | DeclarationAmended
    | DeclarationCancelled
    | ShipmentRestamped
)
ShipmentEvent = ShipmentExported | LaterEvent


def shipment_id(declaration: DeclarationNumber) -> str:
    """The id that a declaration has by nature: of the issuing office, its number and the item."""
    return str(uuid5(SHIPMENT_IDS, f"{declaration.office}|{declaration.number}|{declaration.item}"))
