"""When the registry corrects an exporter, its shipments are stamped again: a durable fan-out.

A command that read the old stamp may still be under way when the fan-out runs, so it runs again
after the command deadline. Each task is forgotten only then; a restart begins it anew.
"""

import asyncio
from datetime import datetime

import structlog

from chassis.clock import Clock
from chassis.commands import CommandHandler
from chassis.outbox import Circumstances
from chassis.store import Registers
from services.exports.commands import ExportsCommand, RestampExporter
from services.exports.domain import Shipment, ShipmentEvent
from services.exports.store import Correction

PREFIX = "restamp:"
FOUND_BY = "exporter.producer_id"
LOOK_SECONDS = 5.0
log = structlog.get_logger()


class Restamping:
    """Carries out the corrections that were put down. `deadline_seconds` is that of commands."""

    def __init__(
        self,
        handler: CommandHandler[ExportsCommand, Shipment, ShipmentEvent],
        registers: Registers,
        clock: Clock,
        deadline_seconds: float,
    ) -> None:
        self._handler = handler
        self._registers = registers
        self._clock = clock
        self._deadline_seconds = deadline_seconds
        self._woken = asyncio.Event()

    async def put_down(self, correction: Correction) -> None:
        """Make a correction durable, unless a newer one of the same exporter is."""
        name = PREFIX + correction.exporter.producer_id
        while True:
            known = await self._registers.get(name)
            ordinal = known["exporter"]["registry_ordinal"] if known else 0
            if ordinal >= correction.exporter.registry_ordinal:
                return
            if await self._registers.put(name, known, correction.model_dump(mode="json")):
                self._woken.set()
                return

    async def run(self) -> None:
        """Carry out corrections until cancelled. Failures are tried again."""
        while True:
            try:
                await self.run_once()
            except Exception as error:  # noqa: BLE001 - the task stays put down and is tried again
                log.warning("restamping failed", error=repr(error))
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()

    async def run_once(self) -> None:
        """Carry out all corrections that are put down now, twice, and forget them."""
        tasks = {
            name: await self._registers.get(name) for name in await self._registers.names(PREFIX)
        }
        if not tasks:
            return
        corrections = [Correction.model_validate(task) for task in tasks.values()]
        for correction in corrections:
            await self._fan_out(correction)
        await asyncio.sleep(self._deadline_seconds)
        for correction in corrections:
            await self._fan_out(correction)
        for name, task in tasks.items():
            if await self._registers.get(name) == task:
                await self._registers.delete(name)

    async def _fan_out(self, correction: Correction) -> None:
        exporter = correction.exporter
        found = await self._handler.repository.find(FOUND_BY, exporter.producer_id)
        older = [
            document.id
            for document in found
            if document.state["exporter"]["registry_ordinal"] < exporter.registry_ordinal
        ]
        for id_ in older:
            await self._handler.execute(
                id_, RestampExporter(exporter=exporter), self._circumstances(correction)
            )
        if older:
            log.info("restamped", producer_id=exporter.producer_id, shipments=len(older))

    def _circumstances(self, correction: Correction) -> Circumstances:
        return Circumstances(
            recorded_at=self._clock.now(),
            occurred_at=datetime.fromisoformat(correction.event_time),
            fingerprint="",
            causation_id=correction.event_id,
        )
