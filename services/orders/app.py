"""Orders over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Body, FastAPI, Path, Response

from chassis.command_service import CommandService
from chassis.commands import CommandHandler
from chassis.creation import Creation
from chassis.decider import Decider
from chassis.http.answers import CommandAnswer, command_answer, created
from chassis.http.circumstances import RequestAround, aggregate_id
from chassis.http.problems import responses
from chassis.settings import Settings
from contracts.topics import ORDERS_ORDERS
from contracts.values import Id
from services.orders import domain, examples
from services.orders.commands import CancelOrder, OrdersCommand, PayOrder, PlaceOrder
from services.orders.domain import Order, OrderEvent

Handler = CommandHandler[OrdersCommand, Order, OrderEvent]
OrderId = Annotated[Id, Path(alias="id", description="opaque id of an order")]
DECIDER = Decider(Order, domain.decide, domain.evolve)


class OrderView(Order):
    id: str
    ordinal: int


def create_app(settings: Settings) -> FastAPI:
    """The service with its parts; call it inside a running event loop."""
    service = CommandService("orders", settings, ORDERS_ORDERS, DECIDER)
    return service.application("What was bought, and whether it was paid.", orders(service.handler))


def orders(handler: Handler) -> APIRouter:
    """Routes of orders."""
    router = APIRouter(prefix="/v1", tags=["orders"])

    @router.post("/orders", status_code=201, responses=responses(400, 409, 413, 422))
    async def place(
        command: Annotated[PlaceOrder, Body(openapi_examples=examples.PLACE)],
        around: RequestAround,
        response: Response,
    ) -> CommandAnswer:
        """Place an order. The id derives from client and idempotency key."""
        key = around.required_key()
        id_ = aggregate_id("order", around.client_id, key)
        circumstances = around.circumstances(command, command.placed_on, key=key)
        return created(await handler.create(Creation(id_, id_, command, circumstances)), response)

    @router.post("/orders/{id}/pay", responses=responses(400, 404, 409, 413, 422))
    async def pay(
        id_: OrderId,
        command: Annotated[PayOrder, Body(openapi_examples=examples.PAY)],
        around: RequestAround,
    ) -> CommandAnswer:
        """The order was paid in full."""
        circumstances = around.circumstances(command, command.paid_on)
        return command_answer(await handler.execute(id_, command, circumstances))

    @router.post("/orders/{id}/cancel", responses=responses(400, 404, 409, 413, 422))
    async def cancel(
        id_: OrderId,
        command: Annotated[CancelOrder, Body(openapi_examples=examples.CANCEL)],
        around: RequestAround,
    ) -> CommandAnswer:
        """The order will not be fulfilled. Cancelling again changes nothing."""
        circumstances = around.circumstances(command, command.cancelled_on)
        return command_answer(await handler.execute(id_, command, circumstances))

    @router.get("/orders/{id}", responses=responses(404, 422))
    async def show(id_: OrderId) -> OrderView:
        """An order as it stands now."""
        document = await handler.document(id_)
        return OrderView(id=id_, ordinal=document.version, **document.state)

    return router
