"""Taking a partition over from the generation in charge."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.bus import Bus, started_as
from chassis.folding.publishing.charge import Charge, Role, charge_of
from chassis.folding.publishing.out import Out
from chassis.folding.publishing.outputs import Outputs
from chassis.folding.publishing.parts import send_all
from chassis.folding.publishing.sending import Producer
from chassis.folding.publishing.succession import (
    NOTHING_SAID,
    Told,
    difference,
    not_over,
    told_by,
)
from chassis.folding.settings import FoldSettings

REACH_SECONDS = 3.0
"""Longest that a generation which has fenced its predecessor folds on before it speaks: well before
that one begins anew (`retrying`)."""
log = structlog.get_logger()
FoldOn = Callable[[str], Awaitable[bool]]
"""Waits until more is folded, and says meanwhile why; false when there is no time for more."""


class TakingOver:
    """Has the generation of a ledger be in charge, in one transaction.

    What takes long comes before the owner is fenced: that one begins anew, and fences us.
    """

    def __init__(self, ledger: Ledger, settings: FoldSettings, bus: Bus, fold_on: FoldOn) -> None:
        self._ledger = ledger
        self._settings = settings
        self._bus = bus
        self._fold_on = fold_on
        self._outputs = Outputs(ledger.fold, ledger.generation, ledger.partition)

    async def run(self) -> None:
        """Take over, unless it takes too long: then it is to be tried again."""
        if not await self._has_reached(await self._charge(), None):
            return
        said = await self._bus.said(NOTHING_SAID)
        # Of this generation, too, there may be a former owner, who does not know that he is it.
        async with (
            started_as(Role.SILENT, self._bus),
            started_as(Role.IN_CHARGE, self._bus) as producer,
        ):
            charge = await self._charge()  # of the other one the last: its producer is fenced
            if charge.role is not Role.SILENT or not await self._has_reached(charge, REACH_SECONDS):
                return
            said = await self._bus.said(said)
            await self._tell(producer, charge, told_by(self._ledger.fold, said.events))
        async with started_as(Role.SILENT, self._bus):
            pass  # a silent one that looked before we spoke is fenced

    async def _charge(self) -> Charge:
        return await charge_of(self._ledger.generation, self._bus.read_cursor)

    async def _has_reached(self, charge: Charge, seconds: float | None) -> bool:
        """Whether all is folded that the generation in charge has published, now or in time."""
        final = Out.by(charge.holder_cursor)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not final.is_reached_by(self._ledger):
                    if not await self._fold_on("what the former generation has published"):
                        return False
        return final.is_reached_by(self._ledger)

    async def _tell(self, producer: Producer, charge: Charge, before: Told) -> None:
        """Say all that is unpublished and all that differs, and that we are in charge."""
        ledger, final = self._ledger, Out.by(charge.holder_cursor)
        unpublished, said = ledger.unpublished(), ledger.said()
        due = difference(ledger, before, [row for row in said if final.has(row)])
        due += [row for row in said if not final.has(row)]
        due = not_over(ledger.fold, due, before.ended)
        succession = self._outputs.succession(charge.holder, charge.holder_cursor, unpublished)
        most = self._settings.transaction_outputs
        await send_all(producer, self._outputs, unpublished, due, most, succession)
        ledger.mark_published(unpublished)
        log.info(
            "took over",
            partition=ledger.partition,
            generation=ledger.generation,
            instead_of=charge.holder,
            decisions_told=len(due),
        )
