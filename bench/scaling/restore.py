"""How long a lost ledger takes to be current again: from zero, and from a snapshot."""

import asyncio
import shutil
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from rich.progress import Progress

from bench.scaling import broker, refold, report, subject, writing
from bench.scaling.refold import MORE

SEED = 3_000
RECOVERY_COLUMNS = ("current again", "events", "seconds", "least", "most")
SNAPSHOT_COLUMNS = ("snapshots", "of all", "largest")


class Taken(NamedTuple):
    """Of each partition: seconds for which the fold waited, seconds after that, and bytes."""

    pauses: list[float]
    writes: list[float]
    sizes: list[int]


class Recovery(NamedTuple):
    """Seconds to restore, and to fold and publish what was left."""

    restoring: float
    folding: float

    @property
    def seconds(self) -> float:
        return self.restoring + self.folding


def measure(bootstrap: str, folder: Path, repeats: int, progress: Progress) -> list[str]:
    """Fold the season that was written, lose the ledgers, recover; the lines for machines."""
    bar = progress.add_task("recovering", total=repeats)
    data, snapshots = folder / "first", folder / "snapshots"
    subject.renew_outputs(bootstrap)
    events = refold.run(bootstrap, data).events
    taken = Taken(*map(list, zip(*subject.take_snapshots(data, snapshots), strict=True)))
    zero: list[Recovery] = []
    restored: list[Recovery] = []
    for _ in range(repeats):
        zero.append(_recover(bootstrap, folder / "again", None))
        restored.append(_recover(bootstrap, folder / "again", snapshots))
        progress.advance(bar)
    broker.require_none_aside(bootstrap)
    rows = [_row(name, events, of) for name, of in (("from zero", zero), ("restored", restored))]
    report.show("A lost ledger", RECOVERY_COLUMNS, rows)
    report.show("Snapshots of all partitions", SNAPSHOT_COLUMNS, _snapshot_rows(taken))
    pairs = zip(zero, restored, strict=True)
    return [
        report.line("ratio", "restored-to-zero", median(b.seconds / a.seconds for a, b in pairs)),
        report.line("ms", "snapshot-pause-median", 1e3 * median(taken.pauses)),
        report.line("ms", "snapshot-pause-most", 1e3 * max(taken.pauses)),
        report.line("mib", "snapshot", sum(taken.sizes) / report.MIB),
    ]


def _recover(bootstrap: str, data: Path, snapshots: Path | None) -> Recovery:
    """A few exports first, so that the cursors have to move."""
    writing.write(bootstrap, SEED + time.monotonic_ns(), MORE, Progress(disable=True))
    started = time.perf_counter()
    if snapshots is not None:
        asyncio.run(subject.restore(bootstrap, data, snapshots))
    restoring = time.perf_counter() - started
    folding = refold.run(bootstrap, data).seconds
    shutil.rmtree(data)
    return Recovery(restoring, folding)


def _row(name: str, events: int, found: list[Recovery]) -> list[str]:
    seconds = [each.seconds for each in found]
    values = (median(seconds), min(seconds), max(seconds))
    return [name, f"{events:,}", *(f"{each:.1f}" for each in values)]


def _snapshot_rows(taken: Taken) -> list[list[str]]:
    pauses, writes, sizes = taken
    return [
        ["pause of the fold, ms", f"{1e3 * sum(pauses):.1f}", f"{1e3 * max(pauses):.1f}"],
        ["written beside it, ms", f"{1e3 * sum(writes):.0f}", f"{1e3 * max(writes):.0f}"],
        ["MiB", f"{sum(sizes) / report.MIB:.1f}", f"{max(sizes) / report.MIB:.1f}"],
    ]
