"""One lane for each contact: its mails leave one after the other, in the order of their events.

So a notice never overtakes the one that it withdraws, and a mailbox that is slow or refuses holds
up nobody but itself. Only the leader of the service opens lanes.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

import structlog

from chassis.metrics import METRICS
from services.notifications.store import Deliveries, Delivery

LOOK_SECONDS = 2.0
"""How long what another instance has written down may wait to be seen."""

AT_ONCE = 8
STOP_SECONDS = 5.0
log = structlog.get_logger()


class Lanes:
    """Calls `attempt` for each delivery when it is due."""

    def __init__(
        self,
        deliveries: Deliveries,
        attempt: Callable[[Delivery], Awaitable[None]],
        leading: asyncio.Event,
        seconds_now: Callable[[], float],
    ) -> None:
        self._deliveries = deliveries
        self._attempt = attempt
        self._leading = leading
        self._seconds_now = seconds_now
        self._woken = asyncio.Event()
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._attempting: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """There is something to send."""
        self._woken.set()

    async def run(self) -> None:
        """Send until cancelled; attempts that have begun then may still come to their end."""
        try:
            while True:
                await self._leading.wait()
                self._woken.clear()
                try:
                    await self._open_lanes()
                except Exception as error:  # noqa: BLE001 - the deliveries are there at the next look
                    log.warning("cannot look for mails", error=type(error).__name__)
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._woken.wait()
        finally:
            await self._stop()

    async def _open_lanes(self) -> None:
        METRICS.notifications_waiting.set(await self._deliveries.count())
        for contact_id in await self._deliveries.contacts():
            if contact_id not in self._lanes:
                lane = asyncio.create_task(self._lane(contact_id))
                self._lanes[contact_id] = lane
                lane.add_done_callback(partial(self._close, contact_id))

    def _close(self, contact_id: str, _: asyncio.Task[None]) -> None:
        del self._lanes[contact_id]

    async def _lane(self, contact_id: str) -> None:
        """Send to one contact until nothing waits. What fails is looked at again later."""
        try:
            while delivery := await self._deliveries.first(contact_id):
                await asyncio.sleep(max(0.0, delivery.due - self._seconds_now()))
                async with self._at_once:
                    if not self._leading.is_set():
                        return
                    await self._attempt_whole(delivery)
        except Exception as error:  # noqa: BLE001 - it waits in the store; names of errors are safe
            log.warning("a lane stopped", error=type(error).__name__)

    async def _attempt_whole(self, delivery: Delivery) -> None:
        """An attempt that is not cut off when the service is asked to end."""
        attempt = asyncio.ensure_future(self._attempt(delivery))
        self._attempting.add(attempt)
        attempt.add_done_callback(self._attempting.discard)
        await asyncio.shield(attempt)

    async def _stop(self) -> None:
        for lane in list(self._lanes.values()):
            lane.cancel()
        if self._attempting:
            _, late = await asyncio.wait(self._attempting, timeout=STOP_SECONDS)
            for attempt in late:
                attempt.cancel()
