"""Where each command goes over HTTP."""

from typing import NamedTuple

from console.demo.dated import DatedCommand
from contracts.values import Command
from services.exports import actions as shipments
from services.exports.commands import ExportShipment
from services.insurance.domain import RuleTerms
from services.orders import actions as orders
from services.orders.commands import PlaceOrder
from services.registry.domain import CorrectProducer, MoveProducer, RegisterProducer


class Route(NamedTuple):
    """`path` may hold `{id}`. `bulk` takes many commands at once.

    A line of it says what to `do` to which aggregate, unless it creates one.
    """

    service: str
    path: str
    method: str = "POST"
    bulk: str | None = None
    do: str | None = None


ROUTES: dict[type[Command], Route] = {
    RuleTerms: Route("insurance", "/v1/rules/{id}/terms", "PUT"),
    RegisterProducer: Route("registry", "/v1/producers", bulk="/v1/producers:bulk"),
    MoveProducer: Route("registry", "/v1/producers/{id}/move"),
    CorrectProducer: Route("registry", "/v1/producers/{id}/correct"),
    PlaceOrder: Route("orders", "/v1/orders", bulk="/v1/orders:bulk"),
    ExportShipment: Route("exports", "/v1/shipments", bulk="/v1/shipments:bulk"),
}
ROUTES |= {
    action.command: Route(
        "orders",
        f"/v1/orders/{{id}}/{action.path}",
        bulk="/v1/orders/commands:bulk",
        do=action.do,
    )
    for action in orders.ACTIONS
}
ROUTES |= {
    action.command: Route(
        "exports",
        f"/v1/shipments/{{id}}/{action.path}",
        bulk="/v1/shipments/commands:bulk",
        do=action.do,
    )
    for action in shipments.ACTIONS
}


def route_of(command: DatedCommand) -> Route:
    return ROUTES[type(command.body)]
