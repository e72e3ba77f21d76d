"""Shipments over HTTP."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Body, Path, Request, Response

from chassis.commands import CommandHandler
from chassis.creation import Creation
from chassis.http.actions import add_actions
from chassis.http.answers import ALREADY_THERE, CommandAnswer, created
from chassis.http.bulk import BulkAnswer, BulkCreation, BulkExecution, BulkLine, lines_body
from chassis.http.circumstances import RequestAround
from chassis.http.problems import responses
from chassis.outbox import Circumstances
from chassis.refusals import key_reused
from chassis.store import Registers
from contracts.exports import ExporterStamp
from contracts.problem import Refusal, RefusedError, refused
from contracts.values import Id
from services.exports import examples
from services.exports.actions import ACTIONS
from services.exports.commands import ExportsCommand, ExportShipment, RecordExport
from services.exports.domain import Shipment, ShipmentEvent, shipment_id
from services.exports.store import Exporters

Handler = CommandHandler[ExportsCommand, Shipment, ShipmentEvent]
ShipmentId = Annotated[Id, Path(alias="id", description="id of a shipment")]


class ExportLine(BulkLine):
    command: ExportShipment


class ShipmentView(Shipment):
    id: str
    ordinal: int


def shipments(handler: Handler, exporters: Exporters, used_keys: Registers) -> APIRouter:
    """Routes of shipments. `used_keys` holds the idempotency keys of single declarations."""
    router = APIRouter(prefix="/v1", tags=["shipments"])

    @router.post(
        "/shipments", status_code=201, responses=ALREADY_THERE | responses(400, 409, 413, 422)
    )
    async def export(
        command: Annotated[ExportShipment, Body(openapi_examples=examples.EXPORT)],
        around: RequestAround,
        response: Response,
    ) -> CommandAnswer:
        """Record an export declaration. Its office and number are its identity."""
        known = await exporters.known([command.exporter_id])
        creation = _creation(command, known, around, around.idempotency_key)
        if isinstance(creation, RefusedError):
            raise creation
        around_it = creation.circumstances
        await _check_unused(used_keys, around_it)
        answer = await handler.create(creation)
        if around_it.idempotency_key is not None:  # of what was refused the key stays free
            await used_keys.put(
                around_it.idempotency_key, None, {"fingerprint": around_it.fingerprint}
            )
        return created(answer, response)

    @router.post(
        "/shipments:bulk",
        responses=responses(400, 413, 422),
        openapi_extra=lines_body(examples.EXPORT_LINE),
    )
    async def export_many(request: Request, around: RequestAround) -> BulkAnswer:
        """Record one declaration a line: `{"key": …, "command": {…}}` (NDJSON)."""
        around.required_key()

        async def prepare(
            lines: Sequence[ExportLine],
        ) -> list[Creation[ExportsCommand] | RefusedError]:
            known = await exporters.known([line.command.exporter_id for line in lines])
            return [
                _creation(line.command, known, around, around.required_key(line.key))
                for line in lines
            ]

        return await BulkCreation(handler, ExportLine, prepare).run(request)

    @router.post(
        "/shipments/commands:bulk",
        responses=responses(400, 413, 422),
        openapi_extra=lines_body(examples.DELIVER_LINE),
    )
    async def tell_many(request: Request, around: RequestAround) -> BulkAnswer:
        """Tell shipments something, a line each: `{"id": …, "key": …, "do": …, "command": {…}}`.

        The lines of one shipment are carried out in turn. One that is refused stops none.
        """
        return await BulkExecution(handler, ACTIONS).run(request, around)

    @router.get("/shipments/{id}", responses=responses(404, 422))
    async def show(id_: ShipmentId) -> ShipmentView:
        """A shipment as this service knows it now."""
        document = await handler.document(id_)
        return ShipmentView(id=id_, ordinal=document.version, **document.state)

    add_actions(router, "/shipments", handler, ACTIONS)
    return router


async def _check_unused(used_keys: Registers, around: Circumstances) -> None:
    """A key stands for one declaration, whose identity cannot tell: it comes from the content.

    Raises:
        RefusedError: the key was used with another declaration.
    """
    use = await used_keys.get(around.idempotency_key) if around.idempotency_key else None
    if use is not None and use != {"fingerprint": around.fingerprint}:
        raise key_reused()


def _creation(
    command: ExportShipment,
    known: dict[str, ExporterStamp],
    around: RequestAround,
    key: str | None,
) -> Creation[ExportsCommand] | RefusedError:
    exporter = known.get(command.exporter_id)
    if exporter is None:
        return refused(
            Refusal.NOT_YET,
            "exporter_unknown",
            "exporter_id",
            "is not known to the registry, or not known here yet: send it again later",
        )
    id_ = shipment_id(command.declaration)
    return Creation(
        id=id_,
        partition_key=command.order_id or id_,
        command=RecordExport.model_construct(shipment=command, exporter=exporter),
        circumstances=around.circumstances(command, command.exported_on, key=key),
        natural="declaration.number",
    )
