"""Where the demonstration stands, for whoever shows it."""

import statistics
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import date

from console.demo.dated import DatedCommand, Scenario
from console.demo.notices import Notices
from console.demo.platform import Reading

RATE_SECONDS = 3.0


class Board:
    """What has been played, and what the platform says of it. `clock` counts seconds."""

    def __init__(
        self, scenario: Scenario, commands: int, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.scenario = scenario
        self.day: date = scenario.first_day
        self.commands = commands
        self.done = 0
        self.played = 0
        self.reading = Reading()
        self.notices = Notices()
        self.delays: list[float] = []
        self._clock = clock
        self._started = clock()
        self._recent: deque[tuple[float, int]] = deque()

    def begin(self, day: date) -> None:
        """This day is being played."""
        self.day = day

    def note(self, commands: Iterable[DatedCommand]) -> None:
        """These commands of one day were carried out."""
        self.notices.of_commands(commands)

    def read(self, reading: Reading) -> None:
        """The platform says this now."""
        self.reading = reading
        self.notices.of_triggers(reading)

    def carried_out(self, count: int) -> None:
        """So many commands were just carried out."""
        self.done += count
        self.played += count
        self._recent.append((self._clock(), count))

    def skipped(self, count: int) -> None:
        """So many commands were played by an earlier run."""
        self.done += count

    def seen_after(self, seconds: float) -> None:
        """The figures showed a command this long after it was sent."""
        self.delays.append(seconds)

    @property
    def seconds(self) -> float:
        """Since the start of playing."""
        return self._clock() - self._started

    def commands_per_second(self) -> int:
        """Over the last RATE_SECONDS."""
        now = self._clock()
        while self._recent and self._recent[0][0] < now - RATE_SECONDS:
            self._recent.popleft()
        window = min(RATE_SECONDS, max(self.seconds, 0.1))
        return round(sum(count for _, count in self._recent) / window)

    def delay_text(self) -> str:
        """How long after a command the figures showed it; empty while nobody looked."""
        if not self.delays:
            return ""
        median, longest = statistics.median(self.delays), max(self.delays)
        return f"figures show a command after {median * 1000:.0f} ms (at most {longest * 1000:.0f})"
