"""The exports service: its parts, put together."""

from collections.abc import Sequence

from fastapi import FastAPI

from chassis.command_service import CommandService
from chassis.decider import Decider
from chassis.reader.outcome import Readable
from chassis.reader.quarantine import Quarantine
from chassis.reader.subscriber import Subscriber
from chassis.store import MongoRegisters
from contracts.registry import ProducerCorrected, ProducerMoved, ProducerRegistered
from contracts.topics import EXPORTS_SHIPMENTS, REGISTRY_PRODUCERS
from services.exports import domain
from services.exports.domain import Shipment
from services.exports.restamping import FOUND_BY, Restamping
from services.exports.routes import shipments
from services.exports.settings import ExportsSettings
from services.exports.store import MongoExporters, project

DECIDER = Decider(Shipment, domain.decide, domain.evolve)
WANTED = (ProducerRegistered, ProducerMoved, ProducerCorrected)


def create_app(settings: ExportsSettings) -> FastAPI:
    """The service with its parts; call it inside a running event loop."""
    service = CommandService("exports", settings, EXPORTS_SHIPMENTS, DECIDER, found_by=(FOUND_BY,))
    exporters = MongoExporters(service.database)
    used_keys = MongoRegisters(service.database, "used_keys")
    restamping = Restamping(
        service.handler, service.registers, service.clock, settings.command_seconds
    )

    async def on_registry(batch: Sequence[Readable]) -> None:
        known = await exporters.known([readable.envelope.subject for readable in batch])
        changed, corrections = project(known, batch)
        if changed:
            await exporters.remember(changed)
        for correction in corrections:
            await restamping.put_down(correction)

    service.subscribe(
        Subscriber(
            service.broker,
            "exports",
            REGISTRY_PRODUCERS,
            WANTED,
            on_registry,
            Quarantine("exports", service.producer),
        )
    )
    service.run_beside(restamping.run)
    return service.application(
        "Export shipments, as customs recorded them, and what became of them.",
        shipments(service.handler, exporters, used_keys),
    )
