"""One process against two that share the partitions: the same log, each with its own folder."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from rich.progress import Progress

from bench.scaling import broker, report, subject
from bench.scaling.processes import Fold, broker_process, busy_seconds, cpu_of, follow
from bench.scaling.trace import Sample
from bench.scaling.watching import Cursors

MEMBERS = (1, 2)
COLUMNS = (
    "processes",
    "seconds",
    "shared from s",
    "events/s shared",
    "fold CPU s",
    "broker CPU s",
    "cores busy",
    "RSS MiB",
)
ENOUGH = 0.5
"""This part of the log must be left when all have their partitions, to tell how fast they share."""
NEARLY_ALL = 0.9
MUCH = 0.25
"""Parts of all cores; of one, for a process that has no more."""


class Run(NamedTuple):
    """`seconds` from the start of the processes until all is published. `shared_after` is when each
    held partitions, and `shared_rate` how many events a second were published from then on."""

    members: int
    seconds: float
    shared_after: float
    shared_rate: float | None
    fold_cpu: float
    broker_cpu: float
    busy_cores: float
    rss: int


def measure(bootstrap: str, folder: Path, repeats: int, progress: Progress) -> list[str]:
    """Fold the season that was written, in turn; the lines for machines."""
    bar = progress.add_task("one and two processes", total=repeats * len(MEMBERS))
    runs: dict[int, list[Run]] = {members: [] for members in MEMBERS}
    for _ in range(repeats):
        for members in MEMBERS:
            runs[members].append(_run(bootstrap, folder / "company", members))
            progress.advance(bar)
    middle = {members: median_run(of_one) for members, of_one in runs.items()}
    report.show(
        f"One and two processes, median of {repeats}",
        COLUMNS,
        [_row(run) for run in middle.values()],
        "\n".join(f"{run.members}: limited by {limit(run)}" for run in middle.values()),
    )
    return _lines(middle[1], middle[2])


def _run(bootstrap: str, folder: Path, members: int) -> Run:
    subject.renew_outputs(bootstrap)
    ends, group = broker.ends(bootstrap), broker.Group(bootstrap)
    shared: list[Sample] = []

    def look(sample: Sample) -> None:
        if not shared and group.members() == members:
            shared.append(sample)

    at_broker = broker_process()
    with ExitStack() as block:
        cursors = block.enter_context(Cursors(bootstrap))
        busy, broker_cpu = busy_seconds(), cpu_of(at_broker)
        folders = [folder / f"member-{number}" for number in range(members)]
        folds = [
            block.enter_context(Fold(subject.command_of_member(bootstrap, data), data))
            for data in folders
        ]
        samples = follow(folds, cursors, ends, look)
        busy, broker_cpu = busy_seconds() - busy, cpu_of(at_broker) - broker_cpu
    broker.require_none_aside(bootstrap)
    shutil.rmtree(folder)
    seconds = samples[-1].at - samples[0].at
    return Run(
        members,
        seconds,
        shared[0].at - samples[0].at if shared else seconds,
        _rate_after(shared[0], samples[-1]) if shared else None,
        samples[-1].cpu,
        broker_cpu,
        busy / seconds,
        max(sample.rss for sample in samples),
    )


def _rate_after(shared: Sample, last: Sample) -> float | None:
    left = last.published - shared.published
    return left / (last.at - shared.at) if left >= ENOUGH * last.published else None


def median_run(runs: list[Run]) -> Run:
    """The one in the middle by its seconds; the slower of two."""
    return sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]


def limit(run: Run, cores: int | None = None) -> str:
    """What kept it from being faster, as far as the use of the processors tells."""
    cores = cores or os.cpu_count() or 1
    fold, at_broker = run.fold_cpu / run.seconds, run.broker_cpu / run.seconds
    others = max(0.0, run.busy_cores - fold - at_broker)
    shares = f"fold {fold:.2f}, broker {at_broker:.2f}, others {others:.2f} of {cores}"
    if others >= MUCH * cores:
        return f"others on this machine, measure again: {shares}"
    if run.busy_cores >= NEARLY_ALL * cores:
        return f"the machine's cores: {shares}"
    if fold >= NEARLY_ALL * run.members:
        return f"one core for each process: {shares}"
    return f"waiting, not by cores: {shares}"


def _row(run: Run) -> list[str]:
    rate = "-" if run.shared_rate is None else f"{run.shared_rate:,.0f}"
    return [
        str(run.members),
        f"{run.seconds:.1f}",
        f"{run.shared_after:.1f}",
        rate,
        f"{run.fold_cpu:.1f}",
        f"{run.broker_cpu:.1f}",
        f"{run.busy_cores:.2f}",
        report.mib(run.rss),
    ]


def _lines(one: Run, two: Run) -> list[str]:
    lines = [report.line("ratio", "two-processes", one.seconds / two.seconds)]
    if one.shared_rate and two.shared_rate:
        ratio = two.shared_rate / one.shared_rate
        lines.append(report.line("ratio", "two-processes-shared", ratio))
    return lines
