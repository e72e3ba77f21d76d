"""The orders service: its parts, put together."""

from fastapi import FastAPI

from chassis.command_service import CommandService
from chassis.decider import Decider
from chassis.settings import Settings
from contracts.topics import ORDERS_ORDERS
from services.orders import domain
from services.orders.domain import Order
from services.orders.routes import orders

DECIDER = Decider(Order, domain.decide, domain.evolve)


def create_app(settings: Settings) -> FastAPI:
    """The service with its parts; call it inside a running event loop."""
    service = CommandService("orders", settings, ORDERS_ORDERS, DECIDER)
    return service.application("What was bought, and whether it was paid.", orders(service.handler))
