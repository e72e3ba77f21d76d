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
from services.exports.commands import ExportsCommand
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
        """Make a correction durable. One that is put down already stays as it is."""
        ordinal = correction.corrected.registry_ordinal
        name = f"{PREFIX}{correction.producer_id}:{ordinal:010d}"
        await self._registers.put(name, None, correction.model_dump(mode="json"))
        self._woken.set()

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
        """Carry out the first correction of each exporter, twice, and forget it.

        The next one of the same exporter waits: a shipment that the first has not reached yet must
        not get past it.
        """
        tasks: dict[str, tuple[str, Correction]] = {}
        for name in await self._registers.names(PREFIX):
            if value := await self._registers.get(name):
                correction = Correction.model_validate(value)
                tasks.setdefault(correction.producer_id, (name, correction))
        if not tasks:
            return
        for _, correction in tasks.values():
            await self._fan_out(correction)
        await asyncio.sleep(self._deadline_seconds)
        for name, correction in tasks.values():
            await self._fan_out(correction)
            await self._registers.delete(name)

    async def _fan_out(self, correction: Correction) -> None:
        ordinal = correction.corrected.registry_ordinal
        found = await self._handler.repository.find(FOUND_BY, correction.producer_id)
        older = [
            document.id
            for document in found
            if document.state["exporter"]["registry_ordinal"] < ordinal
        ]
        for id_ in older:
            await self._handler.execute(id_, correction.corrected, self._circumstances(correction))
        if older:
            log.info("restamped", producer_id=correction.producer_id, shipments=len(older))

    def _circumstances(self, correction: Correction) -> Circumstances:
        return Circumstances(
            recorded_at=self._clock.now(),
            occurred_at=datetime.fromisoformat(correction.event_time),
            fingerprint="",
            causation_id=correction.event_id,
        )
