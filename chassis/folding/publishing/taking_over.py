"""Taking a partition over from the generation in charge."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog

from chassis.folding.ledger.rows import SaidRow
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.bus import Bus, started_as
from chassis.folding.publishing.charge import Charge, Role, charge_of
from chassis.folding.publishing.outputs import Outputs
from chassis.folding.publishing.parts import send_all
from chassis.folding.publishing.retrying import TakeOverFailedError
from chassis.folding.publishing.sending import Producer
from chassis.folding.publishing.succession import (
    NOTHING_SAID,
    SaidSoFar,
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
Require = Callable[[Charge], None]
"""Raises where nothing may be said after these cursors."""


class TakingOver:
    """Has the generation of a ledger be in charge, in one transaction.

    What takes long comes before the owner is fenced: that one begins anew, and fences us.
    """

    def __init__(
        self,
        ledger: Ledger,
        settings: FoldSettings,
        bus: Bus,
        fold_on: FoldOn,
        require_ours: Require,
    ) -> None:
        self._ledger = ledger
        self._settings = settings
        self._bus = bus
        self._fold_on = fold_on
        self._require_ours = require_ours
        self._outputs = Outputs(ledger.fold, ledger.generation, ledger.partition)

    async def run(self) -> SaidSoFar:
        """Take over, unless it takes too long: then it is to be tried again. Gives what of the
        former ones was read.

        Raises what `require_ours` raises, and TakeOverFailedError; then nothing was said.
        """
        charge = await self._charge()
        if charge.role is not Role.SILENT or not await self._has_reached(charge, None):
            return NOTHING_SAID
        said = await self._bus.said(NOTHING_SAID)
        # Of this generation, too, there may be a former owner, who does not know that he is it.
        async with (
            started_as(Role.SILENT, self._bus),
            started_as(Role.IN_CHARGE, self._bus) as producer,
        ):
            charge = await self._charge()  # of the other one the last: its producer is fenced
            if charge.role is not Role.SILENT or not await self._has_reached(charge, REACH_SECONDS):
                return NOTHING_SAID
            said = await self._bus.said(said)
            self._require_ours(charge)  # what was read may have taken long
            try:
                await self._tell(producer, charge, told_by(self._ledger.fold, said.events))
            except Exception as error:
                raise TakeOverFailedError(repr(error)) from error
        async with started_as(Role.SILENT, self._bus):
            return said  # a silent one that looked before we spoke is fenced

    async def _charge(self) -> Charge:
        return await charge_of(self._ledger.generation, self._bus.read_cursor)

    async def _has_reached(self, charge: Charge, seconds: float | None) -> bool:
        """Whether all is folded, now or in time, that the generation in charge has published, and
        that another owner has published of ours."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self._is_behind_nothing(charge):
                    if not await self._fold_on("what the former generation has published"):
                        return False
        return self._is_behind_nothing(charge)

    def _is_behind_nothing(self, charge: Charge) -> bool:
        return all(out.is_reached_by(self._ledger) for out in (charge.holder_out, charge.out))

    async def _tell(self, producer: Producer, charge: Charge, before: Told) -> None:
        """Say all that is unpublished and all that differs, and that we are in charge."""
        ledger, unpublished = self._ledger, self._ledger.unpublished()
        settled, later = self._said(charge)
        due = [*difference(ledger, before, settled), *later]
        due = not_over(ledger.fold, due, before.ended)
        succession = self._outputs.succession(charge.holder, charge.holder_cursor, unpublished)
        most = self._settings.transaction_outputs
        await send_all(producer, self._outputs, unpublished, due, most, succession)
        ledger.mark_published(unpublished)
        self._report(charge, due)

    def _said(self, charge: Charge) -> tuple[list[SaidRow], list[SaidRow]]:
        """What it decided itself: that which is compared with what was told, by what stands, and
        what came after the predecessor's last cursor. Without one nobody knows how far what was
        told reaches: all is compared."""
        said = self._ledger.said()
        if charge.holder_cursor is None:
            return said, []
        final = charge.holder_out
        return [r for r in said if final.has(r)], [r for r in said if not final.has(r)]

    def _report(self, charge: Charge, due: Sequence[SaidRow]) -> None:
        log.info(
            "took over",
            partition=self._ledger.partition,
            generation=self._ledger.generation,
            instead_of=charge.holder,
            decisions_told=len(due),
        )
