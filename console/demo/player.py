"""Plays a programme day by day: send what happens, close the day, look when the figures show it."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta

import httpx

from console.demo.board import Board
from console.demo.clocks import Clocks
from console.demo.dated import DatedCommand
from console.demo.platform import Platform
from console.demo.programme import Programme
from console.demo.routes import route_of
from console.demo.sender import Sender
from services.exports.commands import CancelDeclaration, ExportShipment

LOOK_SECONDS = 0.015
LONGEST_LOOK_SECONDS = 2.0


class Player:
    """All commands of one day are carried out and the day is closed before the next one begins."""

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
        for day in self._programme.scenario.days:
            if day < today:
                self._skip(day)
            else:
                self._board.day = day
                await self._play(day)
        await self._seen()

    def _skip(self, day: date) -> None:
        programme = self._programme
        for of_service in (programme.registry, programme.orders, programme.exports):
            self._board.skipped(len(of_service[day]))
        self._note(programme.exports[day])

    async def _play(self, day: date) -> None:
        programme = self._programme
        await asyncio.gather(
            self._send(programme.registry[day]),
            self._send(programme.orders[day]),
            self._export(programme.exports[day]),
        )
        await self._clocks.drive_to(day + timedelta(days=1))

    async def _export(self, commands: Sequence[DatedCommand]) -> None:
        """The day's last declaration goes last and alone, to see how soon the figures have it.

        Nothing more is sent to exports before they do: it would change what is looked for.
        """
        await self._seen()
        last = next((c for c in reversed(commands) if isinstance(c.body, ExportShipment)), None)
        await self._send([command for command in commands if command is not last])
        self._note(commands)
        if last is not None:
            sent_at = time.perf_counter()
            await self._sender.send(last)
            self._looking = asyncio.create_task(self._look(sent_at))

    async def _send(self, commands: Sequence[DatedCommand]) -> None:
        """One request for what can go in bulk; one after the other for what is of one aggregate."""
        bulk = [command for command in commands if route_of(command).bulk]
        of_one: dict[str, list[DatedCommand]] = defaultdict(list)
        for command in commands:
            if not route_of(command).bulk:
                of_one[command.subject].append(command)
        await asyncio.gather(
            self._sender.send_bulk(bulk), *(self._send_in_turn(one) for one in of_one.values())
        )

    async def _send_in_turn(self, commands: Sequence[DatedCommand]) -> None:
        for command in commands:
            await self._sender.send(command)

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
