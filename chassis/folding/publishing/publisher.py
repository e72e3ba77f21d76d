"""The publisher of one partition number: a transactional producer, and what it may send when.

A cursor means that every output due to inputs before it is committed. So all that is unpublished is
sent, the cursor last. A producer is started before the cursor is read, which fences a former owner;
whatever fails, its outcome is unknown, and all of this begins anew.
"""

import asyncio
import time
from contextlib import suppress

import structlog

from chassis.folding.failpoints import failpoint
from chassis.folding.ledger.rows import SaidRow
from chassis.folding.ledger.store import Ledger, Unpublished
from chassis.folding.publishing.bus import Bus, started_as
from chassis.folding.publishing.charge import FIRST, Charge, Role, charge_of
from chassis.folding.publishing.cursors import of_other_logs
from chassis.folding.publishing.out import NOTHING_OUT, Out
from chassis.folding.publishing.outputs import Outputs
from chassis.folding.publishing.pace import rest
from chassis.folding.publishing.parts import send_all
from chassis.folding.publishing.retrying import Retrying
from chassis.folding.publishing.sending import Producer
from chassis.folding.publishing.succession import Ended, SaidSoFar, not_over
from chassis.folding.publishing.taking_over import TakingOver
from chassis.folding.settings import FoldSettings
from chassis.metrics import METRICS

log = structlog.get_logger()


class HaltedError(Exception):
    """There is nothing more to be said of this ledger."""


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
        self._stopping = asyncio.Event()
        self._taking_over = False
        self.halted: str | None = None
        self.retrying = Retrying()
        self._ended = Ended()
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

    def halt(self, problem: str) -> None:
        """Say nothing more: what the ledger holds rests on records that the log does not have."""
        self.halted = problem
        self.wake()

    async def run(self) -> None:
        """Publish until `stop`. A failure begins anew with another producer."""
        while not self._stopping.is_set():
            try:
                if self.halted is None:
                    await self._publish_in_role()
                else:
                    await self._be_silent(self.halted)
            except HaltedError:
                continue
            except Exception as error:  # noqa: BLE001 - whatever failed, begin anew
                seconds = self.retrying.seconds(error, time.monotonic())
                self.problem = f"cannot publish: {error!r}"
                self.cursor_known.set()  # nobody shall wait for what cannot be read
                log.warning(
                    "publishing begins anew",
                    partition=self._ledger.partition,
                    error=repr(error),
                    seconds=seconds,
                )
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), seconds)
        self.problem = self.problem or "not publishing"

    async def _publish_in_role(self) -> None:
        """As what the cursors say that this generation is, until it is something else."""
        # Starting a producer fences its other owner: one that has been succeeded looks first. It
        # waits for nobody's open transaction, but for that of who has fenced it: a successor's.
        look = self._bus.read_cursor if self.retrying.was_fenced else self._bus.decided_cursor
        charge = await charge_of(self._ledger.generation, look)
        role = charge.role
        if role is not Role.RETIRED:
            async with started_as(role, self._bus) as producer:
                self.retrying.was_fenced = False
                charge = await self.charge()
                failpoint("after-cursor-read")
                if charge.role is role:
                    await self._know(charge)
                    await self._publish_changes(producer)
            role = charge.role
        if role is Role.SILENT and self._taking_over and not self._stopping.is_set():
            speak = (self._fold_on, self._require_ours)
            taking_over = TakingOver(self._ledger, self._settings, self._bus, *speak)
            self._ended.note(self._ledger.fold, await taking_over.run())
        elif role is Role.RETIRED:
            self._require_ours(charge)
            self.role, self.out, self._out_before_us = role, charge.out, charge.holder_out
            await self._be_silent("a newer generation has taken over")

    async def charge(self) -> Charge:
        """By what the cursors say now: of a successor, `role` tells only when it has noticed."""
        return await charge_of(self._ledger.generation, self._bus.read_cursor)

    async def _know(self, charge: Charge) -> None:
        self._require_ours(charge)
        self.out, self._out_before_us = charge.out, charge.holder_out
        self.cursor_known.set()  # the fold waits for it, and need not wait for what comes now
        if self._ledger.generation > FIRST and charge.role is Role.IN_CHARGE:
            said = await self._bus.said(SaidSoFar(next_offset=self._ended.next_offset))
            self._ended.note(self._ledger.fold, said)
            self._require_not_halted()
        self.role = charge.role
        self.problem = None

    def _require_ours(self, charge: Charge) -> None:
        """Raises: HaltedError, also where what is out rests on other logs than what was folded."""
        for cursor in (charge.cursor, charge.holder_cursor):
            if problem := of_other_logs(cursor, self._ledger.logs):
                self.halt(problem)
        self._require_not_halted()

    def _require_not_halted(self) -> None:
        """Raises: HaltedError."""
        if self.halted is not None:
            raise HaltedError(self.halted)

    async def _be_silent(self, why: str) -> None:
        """There is nothing more to say."""
        self.cursor_known.set()
        while not self._stopping.is_set():
            self.problem = why
            self._changed.clear()
            await self._changed.wait()

    async def _fold_on(self, up_to: str) -> bool:
        """Wait until more is folded; false when there is nothing more to be said."""
        self.problem = f"folding up to {up_to}"
        self._changed.clear()
        if not self._ends():  # whoever said so before is not heard again
            await self._changed.wait()
        return not self._ends()

    def _ends(self) -> bool:
        return self._stopping.is_set() or self.halted is not None

    def stop(self) -> None:
        """Let `run` publish what there is, and end."""
        self._stopping.set()
        self.wake()

    async def _publish_changes(self, producer: Producer) -> None:
        self._changed.set()  # a former owner may have left something
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._publish(producer)
            if self._stopping.is_set() or (self.role is Role.SILENT and self._taking_over):
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
        """Send all that is unpublished. Raises: HaltedError."""
        self._require_not_halted()
        if not self.out.is_reached_by(self._ledger):
            self.problem = "folding up to what was published before"
            return
        self.problem = None
        unpublished, due = self._due()
        if not (unpublished.contributions or due) and unpublished.closings_changed:
            await self._others_may_close()
            unpublished, due = self._due()
            self._require_not_halted()
        if not (unpublished.contributions or due or unpublished.closings_changed):
            # They are out, or nothing is to be told of them; of a silent one they may be to tell.
            if unpublished.said and self.role is not Role.SILENT:
                self._ledger.mark_published(unpublished)
            self._sent_all()
            return
        started = time.monotonic()
        with METRICS.publication_seconds.labels(self._ledger.fold.name).time():
            most = self._settings.transaction_outputs
            await send_all(producer, self._outputs, unpublished, due, most)
        self._took = time.monotonic() - started
        self.out = Out.after(unpublished)
        self._sent_all()
        self._ledger.mark_published(unpublished)
        failpoint("after-mark-published")

    def _sent_all(self) -> None:
        if not (self.role is Role.SILENT and self._taking_over):  # that may be what fails
            self.retrying.published()

    def _due(self) -> tuple[Unpublished, list[SaidRow]]:
        unpublished = self._ledger.unpublished()
        if self.role is Role.SILENT:
            return unpublished, []
        due = [each for each in unpublished.said if not self.out.has(each)]
        return unpublished, not_over(self._ledger.fold, due, self._ended.subjects)

    async def _others_may_close(self) -> None:
        """Sources close a day one after the other: what is said of it should be one transaction."""
        if not self._stopping.is_set():
            await asyncio.sleep(self._settings.closing_pause)

    def is_out(self, topic: str, offset: int) -> bool:
        """Whether all that an input caused is known to be with the broker."""
        return self.out.is_before(topic, offset) or self._out_before_us.is_before(topic, offset)
