"""The registry over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Body, FastAPI, Path, Request, Response

from chassis.command_service import CommandService
from chassis.commands import CommandHandler
from chassis.creation import Creation
from chassis.decider import Decider
from chassis.http.answers import CommandAnswer, command_answer, created
from chassis.http.bulk import BulkAnswer, BulkCreation, BulkLine, line_by_line, lines_body
from chassis.http.circumstances import RequestAround, aggregate_id
from chassis.http.problems import responses
from chassis.settings import Settings
from contracts.topics import REGISTRY_PRODUCERS
from contracts.values import Id
from services.registry import domain, examples
from services.registry.domain import (
    CorrectProducer,
    MoveProducer,
    Producer,
    ProducerEvent,
    RegisterProducer,
    RegistryCommand,
)

Handler = CommandHandler[RegistryCommand, Producer, ProducerEvent]
ProducerId = Annotated[Id, Path(alias="id", description="opaque id of a producer")]
DECIDER = Decider(Producer, domain.decide, domain.evolve)


class RegisterLine(BulkLine):
    command: RegisterProducer


class ProducerView(Producer):
    id: str
    ordinal: int


def create_app(settings: Settings) -> FastAPI:
    """The service with its parts; call it inside a running event loop."""
    service = CommandService("registry", settings, REGISTRY_PRODUCERS, DECIDER)
    return service.application(
        "Who produces: artisans, cooperatives and enterprises.", producers(service.handler)
    )


def producers(handler: Handler) -> APIRouter:
    """Routes of producers."""
    router = APIRouter(prefix="/v1", tags=["producers"])

    @router.post("/producers", status_code=201, responses=responses(400, 409, 413, 422))
    async def register(
        command: Annotated[RegisterProducer, Body(openapi_examples=examples.REGISTER)],
        around: RequestAround,
        response: Response,
    ) -> CommandAnswer:
        """Register a producer. The id derives from client and idempotency key."""
        creation = _creation(command, around, around.required_key())
        return created(await handler.create(creation), response)

    @router.post(
        "/producers:bulk",
        responses=responses(400, 413, 422),
        openapi_extra=lines_body(examples.REGISTER_LINE),
    )
    async def register_many(request: Request, around: RequestAround) -> BulkAnswer:
        """Register one producer a line: `{"key": …, "command": {…}}` (NDJSON)."""
        around.required_key()

        def creation(line: RegisterLine) -> Creation[RegistryCommand]:
            return _creation(line.command, around, around.required_key(line.key))

        return await BulkCreation(handler, RegisterLine, line_by_line(creation)).run(request)

    @router.post("/producers/{id}/move", responses=responses(400, 404, 409, 413, 422))
    async def move(
        id_: ProducerId,
        command: Annotated[MoveProducer, Body(openapi_examples=examples.MOVE)],
        around: RequestAround,
    ) -> CommandAnswer:
        """The producer now works in another region."""
        circumstances = around.circumstances(command, command.moved_on)
        return command_answer(await handler.execute(id_, command, circumstances))

    @router.post("/producers/{id}/correct", responses=responses(400, 404, 409, 413, 422))
    async def correct(
        id_: ProducerId,
        command: Annotated[CorrectProducer, Body(openapi_examples=examples.CORRECT)],
        around: RequestAround,
    ) -> CommandAnswer:
        """What the registry held was wrong from the start: exports are stamped again."""
        circumstances = around.circumstances(command, command.corrected_on)
        return command_answer(await handler.execute(id_, command, circumstances))

    @router.get("/producers/{id}", responses=responses(404, 422))
    async def show(id_: ProducerId) -> ProducerView:
        """A producer as the registry knows it now."""
        document = await handler.document(id_)
        return ProducerView(id=id_, ordinal=document.version, **document.state)

    return router


def _creation(
    command: RegisterProducer, around: RequestAround, key: str
) -> Creation[RegistryCommand]:
    id_ = aggregate_id("producer", around.client_id, key)
    circumstances = around.circumstances(command, command.registered_on, key=key)
    return Creation(id_, id_, command, circumstances)
