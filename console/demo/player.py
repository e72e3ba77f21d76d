"""Plays a programme: send what is told on a day, close the days to the next, look at the figures.

One after the other: everything of one day is carried out before the clocks go on.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise

import httpx

from console.demo.board import Board
from console.demo.clocks import Clocks
from console.demo.dated import DatedCommand
from console.demo.platform import Platform
from console.demo.programme import Programme
from console.demo.sender import Sender
from services.exports.commands import CancelDeclaration, ExportShipment

LOOK_SECONDS = 0.03
LONGEST_LOOK_SECONDS = 2.0
LOOKED_AT = 10
"""One day in so many is looked at for how soon the figures show it: looking takes time."""


class Player:
    """Plays what has not been played yet."""

    def __init__(
        self,
        programme: Programme,
        sender: Sender,
        clocks: Clocks,
        platform: Platform,
        board: Board,
    ) -> None:
        self._programme = programme
        self._sender = sender
        self._clocks = clocks
        self._platform = platform
        self._board = board
        self._standing = 0
        self._looking: asyncio.Task[None] | None = None

    async def play(self) -> None:
        """Play from the day that the clocks show to the end.

        Commands of a day that was cut off are sent again: their keys make that harmless.

        Raises:
            DemoStoppedError: a service refuses a command or cannot be reached.
        """
        today = await self._clocks.day()
        days = self._programme.scenario.days
        for number, (day, next_day) in enumerate(pairwise([*days, days[-1] + timedelta(days=1)])):
            if day < today:
                self._skip(day)
            else:
                self._board.begin(day)
                await self._play(day, looks=number % LOOKED_AT == 0)
                await self._clocks.drive_to(next_day)
        await self._seen()

    def _skip(self, day: date) -> None:
        told = self._programme.by_day[day]
        self._board.skipped(sum(map(len, told.values())))
        self._note(told["exports"])

    async def _play(self, day: date, *, looks: bool) -> None:
        told = self._programme.by_day[day]
        exports = self._export(told["exports"], looks=looks)
        others = (commands for service, commands in told.items() if service != "exports")
        await asyncio.gather(exports, *map(self._sender.send_many, others))
        self._board.note(command for commands in told.values() for command in commands)

    async def _export(self, commands: Sequence[DatedCommand], *, looks: bool) -> None:
        """A day's last declaration goes last and alone, to see how soon the figures have it.

        Nothing more is sent to exports before they do: it would change what is looked for.
        """
        await self._seen()
        alone = _last_declaration(commands) if looks else None
        await self._sender.send_many([command for command in commands if command is not alone])
        self._note(commands)
        if alone is not None:
            sent_at = time.perf_counter()
            await self._sender.send(alone)
            self._looking = asyncio.create_task(self._look(sent_at))

    async def _seen(self) -> None:
        """Wait for the look that is under way, if one is."""
        if self._looking is not None:
            await self._looking

    async def _look(self, sent_at: float) -> None:
        """Measure how long after the day's last declaration the figures hold all shipments."""
        while (waited := time.perf_counter() - sent_at) < LONGEST_LOOK_SECONDS:
            with suppress(httpx.HTTPError):
                if await self._platform.shipments() >= self._standing:
                    self._board.seen_after(time.perf_counter() - sent_at)
                    return
            await asyncio.sleep(LOOK_SECONDS)
        self._board.seen_after(waited)

    def _note(self, exports: Sequence[DatedCommand]) -> None:
        """Count the shipments whose declarations stand after these commands."""
        bodies = [command.body for command in exports]
        self._standing += sum(isinstance(body, ExportShipment) for body in bodies)
        self._standing -= sum(isinstance(body, CancelDeclaration) for body in bodies)


def _last_declaration(commands: Sequence[DatedCommand]) -> DatedCommand | None:
    """The last declaration of which nothing more is told on the same day."""
    times = Counter(command.subject for command in commands)
    found = (c for c in reversed(commands) if isinstance(c.body, ExportShipment))
    return next((command for command in found if times[command.subject] == 1), None)
