"""One child of the supervisor: started, watched, started again when it dies."""

import os
import subprocess
import time
from pathlib import Path

from console.stack.errors import StackError
from console.stack.plan import Part
from console.stack.processes import Identity, end_all, spawn
from console.stack.state import Member, Phase

FIRST_BACKOFF_S = 1.0
LONGEST_BACKOFF_S = 30.0
STEADY_AFTER_S = 60.0
"""A child that has run this long starts its backoff from the beginning."""


class Child:
    """A part of the stack and the process that runs it now."""

    def __init__(self, part: Part, log: Path) -> None:
        self.part = part
        self.log = log
        self.phase: Phase = "starting"
        self.reason = ""
        self.restarts = 0
        self.identity: Identity | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0
        self._started_at = 0.0
        self._failures = 0
        self._restart_at = 0.0

    def start(self) -> None:
        """Start the process; raises StackError when it cannot be prepared."""
        command = self.part.command()
        self._log_start = self.log.stat().st_size if self.log.exists() else 0
        environment = {**os.environ, **self.part.environment}
        self._process = spawn(command, environment, self.log, self.part.orphan_signal)
        self.identity = Identity.of(self._process.pid)
        self._started_at = time.monotonic()
        self.phase, self.reason = "starting", ""

    def exit_code(self) -> int | None:
        """The code that the process ended with; None while it runs or waits for its restart."""
        return self._process.poll() if self._process else None

    def schedule_restart(self) -> float:
        """Note the end of the process and return in how many seconds it starts again."""
        if self.identity:
            end_all([self.identity], grace_s=0)  # what it may have started
        if time.monotonic() - self._started_at > STEADY_AFTER_S:
            self._failures = 0
        delay = min(FIRST_BACKOFF_S * (1 << self._failures), LONGEST_BACKOFF_S)
        self._failures += 1
        self._restart_at = time.monotonic() + delay
        self._process = None
        self.identity = None
        self.phase = "restarting"
        return delay

    def restart_if_due(self) -> bool:
        """Start again when the waiting time is over; say whether it did."""
        if self.phase != "restarting" or time.monotonic() < self._restart_at:
            return False
        self.restarts += 1
        self.start()
        return True

    def became_ready(self) -> bool:
        """Whether a process that was not ready is so now."""
        if self.phase not in ("starting", "not ready") or not self.part.answers():
            return False
        self.phase, self.reason = "ready", ""
        return True

    def settle_for_less(self) -> bool:
        """Whether a starting process runs and says why it is not ready: no more is waited for."""
        self.reason = self.part.complaint()
        if self.reason:
            self.phase = "not ready"
        return bool(self.reason)

    def require_running(self) -> None:
        """Raise StackError, with what it said last, when the process has ended."""
        code = self.exit_code()
        if code is not None:
            raise StackError(
                f"{self.part.name} ended while starting (exit code {code}): {self._last_words()} "
                f"(all of it: {self.log})"
            )

    def reap(self) -> None:
        """Collect the exit code of a process that has been ended."""
        if self._process:
            self._process.wait()

    def describe(self) -> Member:
        """What the state file says of this child."""
        part = self.part
        return Member(
            part.name,
            part.address,
            self.phase,
            self.identity,
            self.restarts,
            part.version,
            self.reason,
        )

    def _last_words(self) -> str:
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            lines = log.read().decode(errors="replace").strip().splitlines()
        return lines[-1].strip()[:300] if lines else "it said nothing"
