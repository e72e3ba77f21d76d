"""The publisher of one partition number: a transactional producer, and what it may send when.

A cursor means that every output due to inputs before it is committed. So all that is unpublished is
sent, the cursor last. A producer is started before the cursor is read, which fences a former owner;
whatever fails, its outcome is unknown, and all of this begins anew.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

import structlog

from chassis.folding.failpoints import failpoint
from chassis.folding.ledger.rows import SaidRow
from chassis.folding.ledger.store import Ledger, Unpublished
from chassis.folding.publishing.charge import Charge, Role, charge_of
from chassis.folding.publishing.out import NOTHING_OUT, Out
from chassis.folding.publishing.outputs import Output, Outputs
from chassis.folding.publishing.parts import transactions
from chassis.folding.publishing.sending import Producer, send_in_transaction, started
from chassis.folding.publishing.succession import Told, difference
from chassis.folding.settings import FoldSettings
from chassis.metrics import METRICS

RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
log = structlog.get_logger()


class Bus(Protocol):
    """What a publisher needs of the broker, for one partition of one fold."""

    def new_producer(self, role: Role) -> Producer: ...
    async def read_cursor(self, generation: int) -> Any | None: ...
    async def told(self) -> Told: ...


def rest(settings: FoldSettings, took: float) -> float:
    """Seconds between a publication that took so long and the next, while the fold keeps up."""
    wanted = min(took * settings.publish_pause_times, settings.publish_pause_most)
    return max(wanted, settings.publish_pause)


class Publisher:
    """Publishes what one ledger holds, from `run` until it is cancelled."""

    def __init__(self, ledger: Ledger, settings: FoldSettings, bus: Bus) -> None:
        self._ledger = ledger
        self._settings = settings
        self._bus = bus
        self._outputs = Outputs(ledger.fold, ledger.generation, ledger.partition)
        self._changed = asyncio.Event()
        self._caught_up = asyncio.Event()
        self._caught_up.set()
        self._stopping = False
        self._taking_over = False
        self.out = NOTHING_OUT
        """What is out by this generation's last cursor."""
        self._out_before_us = NOTHING_OUT
        """While it is silent: by that of the generation in charge."""
        self._took = 0.0
        """Seconds that the last transaction took, or the last ones of one publication."""
        self.cursor_known = asyncio.Event()
        self.role: Role | None = None
        self.problem: str | None = "not started"

    def wake(self, *, behind: bool = False) -> None:
        """The ledger has changed. `behind`: its inputs have many more records to fold."""
        if behind:
            self._caught_up.clear()
        else:
            self._caught_up.set()
        self._changed.set()

    def take_over(self) -> None:
        """Be in charge, instead of an older generation, from the next occasion on."""
        self._taking_over = True
        self.wake()

    async def run(self) -> None:
        """Publish until `stop`. A failure begins anew with another producer."""
        attempt = 0
        while not self._stopping:
            try:
                await self._publish_in_role()
                attempt = 0
            except Exception as error:  # noqa: BLE001 - whatever failed, begin anew
                attempt = 0 if self.problem is None else attempt
                self.problem = f"cannot publish: {error!r}"
                pause = RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)]
                attempt += 1
                log.warning(
                    "publishing begins anew",
                    partition=self._ledger.partition,
                    error=repr(error),
                    seconds=pause,
                )
                await asyncio.sleep(pause)
        self.problem = self.problem or "not publishing"

    async def _publish_in_role(self) -> None:
        """As what the cursors say that this generation is, until it is something else."""
        # The first generation has nobody before it: it need not look before it speaks.
        role = Role.IN_CHARGE if self._ledger.generation == 1 else (await self.charge()).role
        if role is not Role.RETIRED:
            async with self._started(role) as producer:
                charge = await self.charge()
                failpoint("after-cursor-read")
                if charge.role is role:
                    self._know(charge)
                    await self._publish_changes(producer)
            role = charge.role
        if role is Role.SILENT and self._taking_over and not self._stopping:
            await self._succeed()
        elif role is Role.RETIRED:
            await self._rest()

    async def charge(self) -> Charge:
        """By what the cursors say now: of a successor, `role` tells only when it has noticed."""
        return await charge_of(self._ledger.generation, self._bus.read_cursor)

    @asynccontextmanager
    async def _started(self, role: Role) -> AsyncIterator[Producer]:
        """A producer of this role; starting it fences whoever else has it."""
        async with started(self._bus.new_producer(role)) as producer:
            failpoint("after-producer-start")
            yield producer

    def _know(self, charge: Charge) -> None:
        self.role = charge.role
        self.out = Out.by(charge.cursor)
        self._out_before_us = Out.by(charge.holder_cursor)
        self.cursor_known.set()
        self.problem = None

    async def _rest(self) -> None:
        """A newer generation has taken over: there is nothing more to say."""
        self.role = Role.RETIRED
        self.cursor_known.set()
        while not self._stopping:
            self.problem = "a newer generation has taken over"
            self._changed.clear()
            await self._changed.wait()

    async def _succeed(self) -> None:
        """Take over from the generation in charge, in one transaction."""
        async with self._started(Role.IN_CHARGE) as producer:
            charge = await self.charge()  # of the other one the last: its producer is fenced
            if charge.role is not Role.SILENT:
                return
            final = Out.by(charge.holder_cursor)
            while not final.is_reached_by(self._ledger):
                self.problem = "folding up to what the former generation has published"
                self._changed.clear()
                await self._changed.wait()
                if self._stopping:
                    return
            before = await self._bus.told()
            unpublished, said = self._ledger.unpublished(), self._ledger.said()
            told = difference(self._ledger, before, [row for row in said if final.has(row)])
            told += [row for row in said if not final.has(row)]
            succession = self._outputs.succession(charge.holder, charge.holder_cursor, unpublished)
            await self._send(producer, unpublished, told, succession)
            self._ledger.mark_published(unpublished)
            log.info(
                "took over",
                partition=self._ledger.partition,
                generation=self._ledger.generation,
                instead_of=charge.holder,
                decisions_told=len(told),
            )

    def stop(self) -> None:
        """Let `run` publish what there is, and end."""
        self._stopping = True
        self.wake()

    async def _publish_changes(self, producer: Producer) -> None:
        self._changed.set()  # a former owner may have left something
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._publish(producer)
            if self._stopping or (self.role is Role.SILENT and self._taking_over):
                return
            await self._pause()

    async def _pause(self) -> None:
        """Nobody waits for what is behind; else a load is worth fewer and larger transactions."""
        if not self._caught_up.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._caught_up.wait(), self._settings.publish_pause_behind)
        else:
            await asyncio.sleep(rest(self._settings, self._took))

    async def _publish(self, producer: Producer) -> None:
        """Send all that is unpublished."""
        if not self.out.is_reached_by(self._ledger):
            self.problem = "folding up to what was published before"
            return
        self.problem = None
        unpublished, due = self._due()
        if not (unpublished.contributions or due) and unpublished.closings_changed:
            await self._others_may_close()
            unpublished, due = self._due()
        if not (unpublished.contributions or due or unpublished.closings_changed):
            return
        started = time.monotonic()
        with METRICS.publication_seconds.labels(self._ledger.fold.name).time():
            await self._send(producer, unpublished, due)
        self._took = time.monotonic() - started
        self.out = Out.after(unpublished)
        self._ledger.mark_published(unpublished)
        failpoint("after-mark-published")

    def _due(self) -> tuple[Unpublished, list[SaidRow]]:
        unpublished = self._ledger.unpublished()
        if self.role is Role.SILENT:
            return unpublished, []
        return unpublished, [each for each in unpublished.said if not self.out.has(each)]

    async def _others_may_close(self) -> None:
        """Sources close a day one after the other: what is said of it should be one transaction."""
        if not self._stopping:
            await asyncio.sleep(self._settings.closing_pause)

    async def _send(
        self, producer: Producer, unpublished: Unpublished, due: list[SaidRow], *last: Output
    ) -> None:
        most = self._settings.transaction_outputs
        for outputs in transactions(self._outputs, unpublished, due, most, *last):
            await send_in_transaction(producer, outputs, self._ledger.partition)

    def is_out(self, topic: str, offset: int) -> bool:
        """Whether all that an input caused is known to be with the broker."""
        return self.out.is_before(topic, offset) or self._out_before_us.is_before(topic, offset)
