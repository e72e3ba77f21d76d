"""The rules of orders: pure functions of a command, of what became of the order, and of the day."""

from services.orders.domain.decide import decide
from services.orders.domain.evolve import evolve
from services.orders.domain.state import Dispute, Invoice, Order, OrderEvent, Status

__all__ = ["Dispute", "Invoice", "Order", "OrderEvent", "Status", "decide", "evolve"]
