"""One demonstration from its first command to its verdict, on a stack that runs."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date

import httpx

from console.demo import story
from console.demo.board import Board
from console.demo.clocks import Clocks
from console.demo.comparing import Compared, compared
from console.demo.errors import DemoStoppedError
from console.demo.figures import Figures, Group, differences
from console.demo.oracle import Expected, expected
from console.demo.platform import Platform, Trigger
from console.demo.player import Player
from console.demo.programme import Programme
from console.demo.screen import Screen
from console.demo.sender import Sender
from console.demo.story import Step
from console.demo.subscribers import Subscribers
from console.demo.unpaid import PROTRACTED_DEFAULT, Default
from console.stack.session import RunningStack
from services.notifications.commands import Language

MAILBOX = "mailbox"
"""Where, below its data folder, the stack keeps the mails that its services send."""

DRAW_SECONDS = 0.15
READ_SECONDS = 0.8
CATCH_UP_SECONDS = 30.0
REQUEST_SECONDS = 30.0


@dataclass(frozen=True)
class Verdict:
    """How the platform compares with the oracle, and how long playing and catching up took."""

    expected: Expected
    figures: Figures
    defaults: list[Default]
    triggers: Counter[tuple[str, str]]
    playing_seconds: float
    catching_up_seconds: float

    @property
    def differing(self) -> list[Group]:
        return differences(self.figures, self.expected.figures)

    @property
    def differing_defaults(self) -> list[Default]:
        """Episodes that only one of the two knows, or knows so."""
        different = set(self.defaults) ^ set(self.expected.defaults)
        return sorted(different, key=lambda default: default[:3])

    @property
    def agrees(self) -> bool:
        return (
            not self.differing
            and not self.differing_defaults
            and self.triggers == self.expected.triggers
        )


@dataclass(frozen=True)
class Outcome:
    """What there is to say when all is played."""

    verdict: Verdict
    claims: list[Compared]
    story: list[Step]
    mails_due: int
    mails_sent: int

    @property
    def is_as_it_should_be(self) -> bool:
        return (
            self.verdict.agrees
            and all(claim.is_same for claim in self.claims)
            and self.mails_sent == self.mails_due
        )


async def play(programme: Programme, stack: RunningStack, board: Board, screen: Screen) -> Outcome:
    """Play what has not been played yet, wait for the figures, compare, and ask for the rest.

    Raises:
        DemoStoppedError: a service refuses a command or cannot be reached.
    """
    urls, scenario = stack.services, programme.scenario
    oracle = expected(programme.commands, scenario.last_day)
    default = story.chosen(oracle.defaults)
    async with httpx.AsyncClient(timeout=REQUEST_SECONDS) as http:
        platform = Platform(http, urls["export_metrics"])
        subscribers = Subscribers(http, urls, scenario) if _has_mailbox(stack) else None
        if subscribers and default:
            await subscribers.subscribe(story.order_of(default))
        sender = Sender(http, urls, scenario.run, board.carried_out)
        player = Player(programme, sender, Clocks(http, urls), platform, board)
        async with _shown(platform, board, screen):
            await player.play()
            verdict = await _catch_up(oracle, scenario.last_day, platform, board)
        again = Sender(http, urls, scenario.run, lambda _: None)
        triggers = board.reading.triggers
        told = await story.steps(default, programme.commands, triggers, again) if default else []
        mails = sum(step.is_trigger for step in told) * len(Language) if subscribers else 0
        try:
            return Outcome(
                verdict=verdict,
                claims=await compared(platform),
                story=told,
                mails_due=mails,
                mails_sent=await subscribers.sent(mails) if subscribers else 0,
            )
        except httpx.HTTPError as error:
            raise DemoStoppedError(f"the platform does not answer: {error!r}") from error


@asynccontextmanager
async def _shown(platform: Platform, board: Board, screen: Screen) -> AsyncIterator[None]:
    """Inside the block the screen shows what the platform says, again and again."""
    showing = [
        asyncio.create_task(_keep_reading(platform, board)),
        asyncio.create_task(_keep_drawing(board, screen)),
    ]
    try:
        yield
    finally:
        for task in showing:
            task.cancel()
        await asyncio.gather(*showing, return_exceptions=True)
    screen.show(board)


def _has_mailbox(stack: RunningStack) -> bool:
    """Whether mails stay on this machine: a server of somebody's own gets none of the made-up."""
    return "notifications" in stack.services and (stack.data / MAILBOX).is_dir()


async def _catch_up(oracle: Expected, last_day: date, platform: Platform, board: Board) -> Verdict:
    """Read until the platform closed the last day and agrees, or has had CATCH_UP_SECONDS."""
    played = board.seconds
    while True:
        figures: Figures = {}
        with suppress(httpx.HTTPError):
            board.read(await platform.read())
            figures = await platform.figures()
        verdict = Verdict(
            expected=oracle,
            figures=figures,
            defaults=[_default(t) for t in board.reading.triggers if t.rule == PROTRACTED_DEFAULT],
            triggers=board.reading.by_state,
            playing_seconds=played,
            catching_up_seconds=board.seconds - played,
        )
        is_closed = board.reading.closed_through == last_day
        if (verdict.agrees and is_closed) or verdict.catching_up_seconds > CATCH_UP_SECONDS:
            return verdict
        await asyncio.sleep(DRAW_SECONDS)


def _default(trigger: Trigger) -> Default:
    """An episode as the platform tells it."""
    return Default(
        invoice=trigger.subject,
        episode=trigger.episode,
        began_on=trigger.constituted_on,
        exposed=trigger.exposed,
        state=trigger.state,
        reason=trigger.reason,
        ended_on=trigger.ended_on,
    )


async def _keep_reading(platform: Platform, board: Board) -> None:
    while True:
        with suppress(httpx.HTTPError):
            board.read(await platform.read())
        await asyncio.sleep(READ_SECONDS)


async def _keep_drawing(board: Board, screen: Screen) -> None:
    while True:
        screen.show(board)
        await asyncio.sleep(DRAW_SECONDS)
