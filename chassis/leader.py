"""The leader of a service: while it holds the lease it relays events and keeps the days."""

import asyncio

import structlog

from chassis.days import DayKeeper
from chassis.lease import RENEW_SECONDS, Lease
from chassis.metrics import METRICS
from chassis.relay import Relay

DAY_CHECK_SECONDS = 5.0
log = structlog.get_logger()


class LeaseLostError(Exception):
    """Another instance leads now."""


class Leader:
    """Runs for ever; leads whenever it can. `keeps_days` is False where a driven clock does it."""

    def __init__(
        self, service: str, lease: Lease, relay: Relay, days: DayKeeper, *, keeps_days: bool
    ) -> None:
        self._service = service
        self._lease = lease
        self._relay = relay
        self._days = days
        self._keeps_days = keeps_days
        self.leading = asyncio.Event()

    async def run(self) -> None:
        """Lead, or stand by, until cancelled. Failures of broker and store are tried again."""
        try:
            while True:
                try:
                    if await self._lease.acquire():
                        await self._lead()
                except* Exception as group:  # noqa: BLE001 - whatever failed, stand by and try again
                    log.warning("not leading", errors=[repr(e) for e in group.exceptions])
                self._set_leading(False)
                await asyncio.sleep(RENEW_SECONDS)
        finally:
            self._set_leading(False)

    async def _lead(self) -> None:
        await self._days.open()
        self._set_leading(True)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._renew())
            tasks.create_task(self._relay.run())
            if self._keeps_days:
                tasks.create_task(self._keep_days())

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if not await self._lease.acquire():
                raise LeaseLostError

    async def _keep_days(self) -> None:
        while True:
            if closed := await self._days.close_what_is_over():
                log.info("day closed", through=closed.isoformat())
            await asyncio.sleep(DAY_CHECK_SECONDS)

    def _set_leading(self, leading: bool) -> None:
        (self.leading.set if leading else self.leading.clear)()
        METRICS.relay_leader.labels(self._service).set(int(leading))
