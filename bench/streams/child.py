"""One run of an engine in a process of its own: what it says, and what it cost."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import psutil

LOOK_SECONDS = 0.1
MIB = 2**20


class Cost(NamedTuple):
    """`seconds` by the engine's own word, from its first record on; `cpu` of the whole process."""

    seconds: float
    cpu: float
    rss_mib: float


class EngineFailedError(Exception):
    """An engine ended with an error. Holds the end of what it wrote."""


def run(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Cost:
    """Run an engine to its end, in our environment and `environment`. Raises EngineFailedError."""
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, env={**os.environ, **environment}
        )
    peak = _Peak(process.pid)
    peak.start()
    if process.stdout is None:
        raise AssertionError("a pipe was asked for")
    said = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    peak.join()
    lines = [line for line in said.splitlines() if line.startswith('{"seconds"')]
    if process.returncode or not lines:
        end = log.read_text(errors="replace")[-2_000:]
        raise EngineFailedError(f"{command[0]} ended with {process.returncode}:\n{end}")
    seconds = float(json.loads(lines[-1])["seconds"])
    return Cost(seconds, usage.ru_utime + usage.ru_stime, peak.bytes / MIB)


class _Peak(threading.Thread):
    """Looks at the memory of a process until it has ended.

    The system's own peak would not do: it begins with that of the process which started this one.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._process = psutil.Process(pid)
        self.bytes = 0

    def run(self) -> None:
        while True:
            try:
                memory = self._process.memory_info().rss
            except psutil.NoSuchProcess:
                return
            if not memory:  # ended, and not yet waited for
                return
            self.bytes = max(self.bytes, memory)
            time.sleep(LOOK_SECONDS)
