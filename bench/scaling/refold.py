"""How long a fold takes from zero, and again after its ledger was lost."""

import json
import shutil
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from rich.progress import Progress

from bench.scaling import broker, report, subject, writing
from bench.scaling.processes import Fold, follow
from bench.scaling.watching import Cursors

SEED = 1_000
MORE = 1_200
"""Exports written before a refold, so that each partition has a few to say anew: it has ended when
its cursor has moved, and all else that it finds was said before."""
FROM_ZERO, AFTER_LOSS = "from zero", "ledger lost"
COLUMNS = ("refold", "events", "seconds", "least", "most", "s / million", "CPU s", "RSS MiB")


class Cost(NamedTuple):
    """`seconds` by the fold's own word, from the assignment until all is published."""

    events: int
    seconds: float
    cpu: float
    peak_rss: int


def measure(bootstrap: str, folder: Path, repeats: int, progress: Progress) -> list[str]:
    """Fold the season that was written, again and again; the lines for machines."""
    bar = progress.add_task("refolding", total=2 * repeats)
    costs: dict[str, list[Cost]] = {FROM_ZERO: [], AFTER_LOSS: []}
    for repeat in range(repeats):
        data = folder / f"refold-{repeat}"
        subject.renew_outputs(bootstrap)
        costs[FROM_ZERO].append(run(bootstrap, data))
        progress.advance(bar)
        shutil.rmtree(data)
        writing.write(bootstrap, SEED + time.monotonic_ns(), MORE, Progress(disable=True))
        costs[AFTER_LOSS].append(run(bootstrap, data))
        progress.advance(bar)
        shutil.rmtree(data)
    broker.require_none_aside(bootstrap)
    report.show("From zero", COLUMNS, [_row(name, of_one) for name, of_one in costs.items()])
    return _lines(costs)


def run(bootstrap: str, data: Path) -> Cost:
    """Fold until all is published."""
    ends = broker.ends(bootstrap)
    command = subject.command_to_the_end(bootstrap, data)
    with Cursors(bootstrap) as cursors, Fold(command, data) as fold:
        samples = follow([fold], cursors, ends)
        said = fold.wait().splitlines()[-1]
    peak = max(sample.rss for sample in samples)
    return Cost(sum(ends.values()), float(json.loads(said)["seconds"]), samples[-1].cpu, peak)


def _row(name: str, costs: list[Cost]) -> list[str]:
    seconds = [cost.seconds for cost in costs]
    return [
        name,
        f"{max(cost.events for cost in costs):,}",
        *(f"{each:.1f}" for each in (median(seconds), min(seconds), max(seconds))),
        f"{median(_for_a_million(costs)):.1f}",
        f"{median(cost.cpu for cost in costs):.1f}",
        report.mib(max(cost.peak_rss for cost in costs)),
    ]


def _for_a_million(costs: list[Cost]) -> list[float]:
    return [cost.seconds / cost.events * 1e6 for cost in costs]


def _lines(costs: dict[str, list[Cost]]) -> list[str]:
    pairs = zip(costs[FROM_ZERO], costs[AFTER_LOSS], strict=True)
    ratio = median(
        (lost.seconds / lost.events) / (zero.seconds / zero.events) for zero, lost in pairs
    )
    return [
        report.line("seconds", "refold-million", median(_for_a_million(costs[FROM_ZERO]))),
        report.line("seconds", "refold-million-lost", median(_for_a_million(costs[AFTER_LOSS]))),
        report.line("ratio", "refold-lost", ratio),
    ]
