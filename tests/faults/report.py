"""What was done to the service and what became of it, kept by fault.

A part of the long set replaces the rows of its faults and leaves the others as they were. It does
so after each test: a set that is cut off can be gone on with.
"""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.faults.scale import Fault

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).with_name("results.json")
PAGE = ROOT / "docs" / "faults.md"


class Row(msgspec.Struct):
    """`equal` counts the runs after which no comparison found a difference."""

    fault: str
    asked: int
    commit: str
    runs: int = 0
    events: int = 0
    lost: int = 0
    twice: int = 0
    equal: int = 0
    minutes: float = 0.0


class Results(msgspec.Struct):
    """`failed` names the tests that failed when they ran last, and on which commit."""

    rows: list[Row] = []  # msgspec copies it
    failed: dict[str, str] = {}

    def replace(self, row: Row) -> None:
        """In the place of the former row of its fault, if there is one."""
        places = {each.fault: at for at, each in enumerate(self.rows)}
        at = places.get(row.fault, len(self.rows))
        self.rows[at : at + 1] = [row]

    def note(self, test: str, commit: str, *, passed: bool) -> None:
        if passed:
            self.failed.pop(test, None)
        else:
            self.failed[test] = commit


def stored(path: Path = RESULTS) -> Results:
    return msgspec.json.decode(path.read_bytes(), type=Results) if path.exists() else Results()


def store(results: Results, path: Path = RESULTS) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")


class Report:
    """The rows of this session, in the order in which faults were first tried."""

    def __init__(self, commit: str, now: Callable[[], float] = time.monotonic) -> None:
        self.rows: dict[str, Row] = {}
        self._commit = commit
        self._now = now
        self._since = now()

    def begin(self) -> None:
        """A test begins: the time until its first result is that of its fault."""
        self._since = self._now()

    def add(
        self, fault: Fault, *, events: int, lost: int, twice: int, equal: bool, runs: int = 1
    ) -> None:
        row = self.rows.setdefault(fault.name, Row(fault.name, fault.asked, self._commit))
        row.runs += runs
        row.events += events
        row.lost += lost
        row.twice += twice
        row.equal += runs if equal else 0
        now = self._now()
        row.minutes += (now - self._since) / 60
        self._since = now


def commit() -> str:
    """The commit that the tests run on; `-dirty` where more has changed than what they write."""
    described = _git("describe", "--always", "--abbrev=12")
    others = (f":!{path.relative_to(ROOT)}" for path in (PAGE, RESULTS))
    return f"{described}-dirty" if _git("status", "--porcelain", "--", ".", *others) else described


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments],  # noqa: S607 - that of whoever commits
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
