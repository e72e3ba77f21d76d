"""Orders over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Request, Response

from chassis.commands import CommandHandler
from chassis.creation import Creation
from chassis.http.actions import add_actions
from chassis.http.answers import CommandAnswer, created
from chassis.http.bulk import (
    BulkAnswer,
    BulkCreation,
    BulkExecution,
    BulkLine,
    LineKey,
    line_by_line,
    lines_body,
)
from chassis.http.circumstances import RequestAround, aggregate_id
from chassis.http.problems import responses
from contracts.values import Id
from services.orders import examples
from services.orders.actions import ACTIONS
from services.orders.commands import OrdersCommand, PlaceOrder
from services.orders.domain import Order, OrderEvent

Handler = CommandHandler[OrdersCommand, Order, OrderEvent]
OrderId = Annotated[Id, Path(alias="id", description="opaque id of an order")]


class PlaceLine(BulkLine):
    key: LineKey
    command: PlaceOrder


class OrderView(Order):
    id: str
    ordinal: int


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
        creation = _creation(command, around, around.required_key())
        return created(await handler.create(creation), response)

    @router.post(
        "/orders:bulk",
        responses=responses(400, 413, 422),
        openapi_extra=lines_body(examples.PLACE_LINE),
    )
    async def place_many(request: Request, around: RequestAround) -> BulkAnswer:
        """Place one order a line: `{"key": …, "command": {…}}` (NDJSON)."""
        around.required_key()

        def creation(line: PlaceLine) -> Creation[OrdersCommand]:
            return _creation(line.command, around, around.required_key(line.key))

        return await BulkCreation(handler, PlaceLine, line_by_line(creation)).run(request)

    @router.post(
        "/orders/commands:bulk",
        responses=responses(400, 413, 422),
        openapi_extra=lines_body(examples.INVOICE_LINE),
    )
    async def tell_many(request: Request, around: RequestAround) -> BulkAnswer:
        """Tell orders something, a line each: `{"id": …, "key": …, "do": …, "command": {…}}`.

        The lines of one order are carried out in turn. One that is refused stops none.
        """
        return await BulkExecution(handler, ACTIONS).run(request, around)

    @router.get("/orders/{id}", responses=responses(404, 422))
    async def show(id_: OrderId) -> OrderView:
        """An order as it stands now."""
        document = await handler.document(id_)
        return OrderView(id=id_, ordinal=document.version, **document.state)

    add_actions(router, "/orders", handler, ACTIONS)
    return router


def _creation(command: PlaceOrder, around: RequestAround, key: str) -> Creation[OrdersCommand]:
    id_ = aggregate_id("order", around.client_id, key)
    circumstances = around.circumstances(command, command.placed_on, key=key)
    return Creation(id_, id_, command, circumstances)
