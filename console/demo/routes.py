"""Where each command goes over HTTP."""

from typing import NamedTuple

from console.demo.dated import DatedCommand
from contracts.values import Command
from services.exports.commands import (
    AmendDeclaration,
    CancelDeclaration,
    DeliverShipment,
    ExportShipment,
    ReportDamage,
    ReportLoss,
)
from services.orders.commands import CancelOrder, PayOrder, PlaceOrder
from services.registry.domain import CorrectProducer, MoveProducer, RegisterProducer


class Route(NamedTuple):
    """`path` may hold `{id}`; `bulk` is the path that takes many of these commands at once."""

    service: str
    path: str
    bulk: str | None = None


ROUTES: dict[type[Command], Route] = {
    RegisterProducer: Route("registry", "/v1/producers", "/v1/producers:bulk"),
    MoveProducer: Route("registry", "/v1/producers/{id}/move"),
    CorrectProducer: Route("registry", "/v1/producers/{id}/correct"),
    PlaceOrder: Route("orders", "/v1/orders"),
    PayOrder: Route("orders", "/v1/orders/{id}/pay"),
    CancelOrder: Route("orders", "/v1/orders/{id}/cancel"),
    ExportShipment: Route("exports", "/v1/shipments", "/v1/shipments:bulk"),
    DeliverShipment: Route("exports", "/v1/shipments/{id}/deliver"),
    ReportLoss: Route("exports", "/v1/shipments/{id}/lose"),
    ReportDamage: Route("exports", "/v1/shipments/{id}/damage"),
    AmendDeclaration: Route("exports", "/v1/shipments/{id}/amend"),
    CancelDeclaration: Route("exports", "/v1/shipments/{id}/cancel"),
}


def route_of(command: DatedCommand) -> Route:
    return ROUTES[type(command.body)]
