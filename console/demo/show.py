"""A demonstration as a person sees it, on a stack that is up: two years, then the figures."""

import asyncio
import time
from pathlib import Path

from rich.console import Console

from console.demo import closing, comparing, story
from console.demo.board import Board
from console.demo.clocks import morning
from console.demo.dated import Scenario
from console.demo.played import remember, require_room
from console.demo.programme import make_programme
from console.demo.run import play
from console.demo.screen import final_view, make_screen
from console.demo.tables import reading_of
from console.stack.session import RunningStack


class Demonstration:
    """The made-up history of a seed, in the data folder `data`.

    Raises DemoStoppedError when the folder holds another one.
    """

    def __init__(self, console: Console, data: Path, seed: int) -> None:
        self._console = console
        self._started = time.perf_counter()
        self._scenario = Scenario(seed=seed)
        require_room(data, self._scenario)
        self._programme = make_programme(self._scenario)
        self.clock = f"driven:{morning(self._scenario.first_day).isoformat()}"
        """The clock that the stack has to run by."""

    def play(self, stack: RunningStack) -> bool:
        """Play, show the figures, and say whether they are as counted and as published.

        Raises:
            DemoStoppedError: a service refuses a command or is away.
        """
        up_seconds = time.perf_counter() - self._started
        remember(stack.data, self._scenario)
        board = Board(self._scenario, len(self._programme.commands))
        with make_screen(self._console) as screen:
            outcome = asyncio.run(play(self._programme, stack, board, screen))
        verdict = outcome.verdict
        board.read(reading_of(verdict.figures, board.reading))
        for part in (
            final_view(board, self._console.width),
            comparing.table(outcome.claims),
            story.table(outcome.story),
            closing.addresses(stack),
        ):
            self._console.print(part)
            self._console.print()
        self._say(closing.timing(board, verdict, up_seconds))
        for line in closing.differences(verdict):
            self._say(line, "red")
        if outcome.mails_due:
            self._say(closing.mails(outcome, stack))
        self._say(closing.conclusion(verdict), "bold green" if verdict.agrees else "bold red")
        self._say(
            closing.published(outcome.claims),
            "bold green" if all(one.is_same for one in outcome.claims) else "bold red",
        )
        return outcome.is_as_it_should_be

    def _say(self, line: str, style: str = "") -> None:
        self._console.print(line, style=style, markup=False, highlight=False)
