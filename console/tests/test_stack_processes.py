"""Child processes: all of them end, and never a stranger."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from console.stack.processes import Identity, end_all, spawn

SLEEP = "import time; time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); {SLEEP}"
PARENT = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {SLEEP!r}]).pid)"


def start(code: str, log: Path) -> subprocess.Popen[bytes]:
    return spawn([sys.executable, "-u", "-c", code], os.environ, log, signal.SIGKILL)


def first_line(log: Path) -> str:
    """What the process said first, once it has."""
    while not (text := log.read_text()).endswith("\n"):
        pass
    return text.splitlines()[0]


def test_a_process_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    stubborn = start(STUBBORN, log)
    first_line(log)
    end_all([Identity.of(stubborn.pid)], grace_s=0.1)
    assert stubborn.wait() == -signal.SIGKILL


def test_what_an_ended_process_has_left_behind_is_ended_too(tmp_path: Path) -> None:
    log = tmp_path / "log"
    parent = start(f"{PARENT}; sys.stdin.read()", log)
    leader = Identity.of(parent.pid)
    grandchild = psutil.Process(int(first_line(log)))
    parent.wait()
    assert grandchild.is_running()

    end_all([leader], grace_s=5)

    assert not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE


def test_a_recycled_process_id_is_left_alone(tmp_path: Path) -> None:
    stranger = start(SLEEP, tmp_path / "log")
    now = Identity.of(stranger.pid)

    end_all([Identity(now.pid, now.created - 100)], grace_s=0)

    assert now.process() is not None
    end_all([now], grace_s=5)
    assert now.process() is None
    stranger.wait()
