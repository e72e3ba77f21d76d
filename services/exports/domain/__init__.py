"""The rules of exports: pure functions of a command, of what became of the shipment, of the day."""

from services.exports.domain.decide import decide
from services.exports.domain.evolve import evolve
from services.exports.domain.state import Shipment, ShipmentEvent, Status, shipment_id

__all__ = ["Shipment", "ShipmentEvent", "Status", "decide", "evolve", "shipment_id"]
