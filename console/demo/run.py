"""One demonstration from its first command to its verdict, on a stack that runs."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import httpx

from console.demo.board import Board
from console.demo.clocks import Clocks
from console.demo.figures import Group, differences
from console.demo.oracle import Expected, expected
from console.demo.platform import Platform
from console.demo.player import Player
from console.demo.programme import Programme
from console.demo.screen import Screen
from console.demo.sender import Sender

DRAW_SECONDS = 0.125
READ_SECONDS = 0.6
CATCH_UP_SECONDS = 30.0
REQUEST_SECONDS = 30.0


@dataclass(frozen=True)
class Verdict:
    """How the platform compares with the oracle, and how long playing and catching up took."""

    expected: Expected
    differing: list[Group]
    triggers_said: Counter[tuple[str, str]]
    playing_seconds: float
    catching_up_seconds: float

    @property
    def agrees(self) -> bool:
        return not self.differing and self.triggers_said == self.expected.triggers


async def play(
    programme: Programme, urls: Mapping[str, str], board: Board, screen: Screen
) -> Verdict:
    """Play what has not been played yet, wait for the figures, compare.

    Raises:
        DemoStoppedError: a service refuses a command or cannot be reached.
    """
    async with httpx.AsyncClient(timeout=REQUEST_SECONDS) as http:
        platform = Platform(http, urls["export_metrics"])
        sender = Sender(http, urls, programme.scenario.run, board.carried_out)
        player = Player(programme, sender, Clocks(http, urls), platform, board)
        showing = [
            asyncio.create_task(_keep_reading(platform, board)),
            asyncio.create_task(_keep_drawing(board, screen)),
        ]
        try:
            await player.play()
            played = board.seconds
            verdict = await _catch_up(expected(programme.commands), platform, board, played)
        finally:
            for task in showing:
                task.cancel()
            await asyncio.gather(*showing, return_exceptions=True)
        screen.show(board)
        return verdict


async def _catch_up(oracle: Expected, platform: Platform, board: Board, played: float) -> Verdict:
    """Read until the platform agrees with the oracle, or has had CATCH_UP_SECONDS for it."""
    started = time.perf_counter()
    while True:
        with suppress(httpx.HTTPError):
            board.reading = await platform.read()
        waited = time.perf_counter() - started
        verdict = Verdict(
            expected=oracle,
            differing=differences(board.reading.figures, oracle.figures),
            triggers_said=board.reading.triggers,
            playing_seconds=played,
            catching_up_seconds=waited,
        )
        if verdict.agrees or waited > CATCH_UP_SECONDS:
            return verdict
        await asyncio.sleep(DRAW_SECONDS)


async def _keep_reading(platform: Platform, board: Board) -> None:
    while True:
        with suppress(httpx.HTTPError):
            board.reading = await platform.read()
        await asyncio.sleep(READ_SECONDS)


async def _keep_drawing(board: Board, screen: Screen) -> None:
    while True:
        screen.show(board)
        await asyncio.sleep(DRAW_SECONDS)
