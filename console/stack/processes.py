"""Child processes: started under guard, told apart from strangers, ended for certain."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import psutil

GUARD = Path(__file__).with_name("guard.py")


class Identity(msgspec.Struct, frozen=True):
    """A process that cannot be mistaken for a later one with the same id.

    `created` is when it started, in seconds since the epoch, as the system tells it.
    """

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> "Identity":
        """The identity of a process that runs now; raises psutil.NoSuchProcess when none does."""
        return cls(pid, psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """The process, or None when it has ended (or its id now belongs to another)."""
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.pid)
            # The start time is counted from the boot time, which moves when the clock is set.
            same = abs(process.create_time() - self.created) < 1
            if same and process.status() != psutil.STATUS_ZOMBIE:
                return process
        return None


def spawn(
    command: Sequence[str], environment: Mapping[str, str], log: Path, orphan_signal: int
) -> subprocess.Popen[bytes]:
    """Start `command` in a process group of its own, its output appended to the file `log`.

    When the calling thread ends, the kernel sends the process `orphan_signal`.
    """
    guarded = [sys.executable, "-S", "-E", str(GUARD), str(os.getpid()), str(int(orphan_signal))]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - a command of the stack's own
            [*guarded, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            start_new_session=True,
        )


def end_all(leaders: Sequence[Identity], grace_s: float) -> None:
    """End processes of `spawn` and all that they started; kill them after `grace_s` seconds."""
    _signal(leaders, signal.SIGTERM)
    deadline = time.monotonic() + grace_s
    while _members(leaders) and time.monotonic() < deadline:
        time.sleep(0.05)
    while _members(leaders):
        _signal(leaders, signal.SIGKILL)
        time.sleep(0.05)


def _signal(leaders: Sequence[Identity], number: int) -> None:
    for process in _members(leaders):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _members(leaders: Sequence[Identity]) -> list[psutil.Process]:
    """The live processes of the leaders' sessions.

    A session outlives its leader, and its id is given to no other while it has members. So a
    process with the leader's id and another start time proves that nothing of it is left.
    """
    sessions = {
        leader.pid for leader in leaders if leader.process() or not psutil.pid_exists(leader.pid)
    }
    members = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, ProcessLookupError, PermissionError):
            if os.getsid(process.pid) in sessions and process.status() != psutil.STATUS_ZOMBIE:
                members.append(process)
    return members
