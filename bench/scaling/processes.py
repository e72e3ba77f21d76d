"""Processes that fold, and what the system says that they cost."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from bench.scaling.trace import Sample
from bench.scaling.watching import Cursors

LOOK_SECONDS = 0.1
END_SECONDS = 30.0
AFTER_THE_END_SECONDS = 10.0
"""How long the last cursors may take to arrive after their process has ended."""
OnSample = Callable[[Sample], None]


class FoldFailedError(Exception):
    """A process ended with an error, or before all was published. Holds the end of its log."""


class Fold:
    """One process, from `with` until the end of the block; what it says lies beside `data`."""

    def __init__(self, command: Sequence[str], data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.data = data
        self._said, self._log = data.with_suffix(".out"), data.with_suffix(".log")
        with self._said.open("wb") as said, self._log.open("wb") as log:
            self._process = psutil.Popen(command, stdout=said, stderr=log)
        self.cpu = 0.0
        """Seconds of the processor until the last `look`."""
        self.rss = 0
        """Bytes at the last `look`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(END_SECONDS)
            except psutil.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def look(self) -> None:
        """Bring `cpu` and `rss` up to date; they stay what they were when it has ended."""
        try:
            with self._process.oneshot():
                times, rss = self._process.cpu_times(), self._process.memory_info().rss
        except psutil.NoSuchProcess:
            return
        self.cpu = max(self.cpu, times.user + times.system)
        self.rss = rss or self.rss  # none any more once it has ended

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def has_ended_well(self) -> bool:
        """Whether it has ended. Raises FoldFailedError when that was an error."""
        status = self._process.poll()
        if status:
            raise FoldFailedError(f"ended with {status}:\n{self._end_of_log()}")
        return status is not None

    def wait(self) -> str:
        """What it said, once it has ended. Raises FoldFailedError."""
        self._process.wait(END_SECONDS)
        self.has_ended_well()
        return self._said.read_text()

    def _end_of_log(self) -> str:
        return self._log.read_text(errors="replace")[-2_000:]


def follow(
    folds: Sequence[Fold],
    cursors: Cursors,
    ends: Mapping[int, int],
    on_sample: OnSample = lambda _: None,
) -> list[Sample]:
    """Look at processes until all before `ends` is published. Raises FoldFailedError."""
    samples: list[Sample] = []
    gone_at: float | None = None
    while True:
        done = cursors.have_reached(ends)
        sample = _sample(folds, cursors)
        samples.append(sample)
        on_sample(sample)
        if done:
            return samples
        ended = [fold.has_ended_well() for fold in folds]
        if all(ended):
            gone_at = gone_at or sample.at
            if sample.at > gone_at + AFTER_THE_END_SECONDS:
                raise FoldFailedError("ended before all was published")
        time.sleep(LOOK_SECONDS)


def _sample(folds: Sequence[Fold], cursors: Cursors) -> Sample:
    published = cursors.published()
    for fold in folds:
        fold.look()
    return Sample(
        time.monotonic(),
        published,
        sum(fold.cpu for fold in folds),
        sum(fold.rss for fold in folds),
        sum(_size(fold.data) for fold in folds),
    )


def _size(folder: Path) -> int:
    """Bytes of all files in a folder. Files may go while it is looked through."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total


def broker_process() -> psutil.Process | None:
    """The broker that this process has started; None when it uses another."""
    for process in psutil.Process().children(recursive=True):
        if "kafka.Kafka" in process.cmdline():
            return process
    return None


def cpu_of(process: psutil.Process | None) -> float:
    """Seconds of the processor that a process has used; 0 for none."""
    if process is None:
        return 0.0
    times = process.cpu_times()
    return float(times.user + times.system)


def busy_seconds() -> float:
    """Seconds that all processors together were busy since the machine's start."""
    times = psutil.cpu_times()
    idle = times.idle + times.iowait + times.steal
    twice = times.guest + times.guest_nice  # the system has these in `user` and `nice`, too
    return float(sum(times) - idle - twice)
