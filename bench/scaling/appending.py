"""Events at a steady rate: how long until a subscriber sees the cursor that covers each.

From when the broker appended the event, by its clock, until a read-committed consumer had the
cursor, by the same machine's clock. The worst is what a fold that does not keep up makes of it.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rich.progress import Progress

from bench.scaling import broker, report, subject
from bench.scaling.delays import Delays, Window, delays, percentile, published_at
from bench.scaling.processes import Fold
from bench.scaling.watching import Cursors

SEED = 3_000
LOOK_SECONDS = 0.05
READY_SECONDS = 60.0
KEPT_UP_SECONDS = 1.0
"""A fold has kept up that is no more than this behind when the last event is written."""
TAIL_SECONDS = 1.0
"""Written after the window, so that it ends under load."""
COLUMNS = (
    "asked/s",
    "appended/s",
    "published/s",
    "p50 ms",
    "p99 ms",
    "max ms",
    "behind at end",
    "caught up s",
    "kept up",
)


class Load(NamedTuple):
    """So many events a second, for `seconds` after a `warm_up`; then the fold may need `patience`
    seconds to catch up."""

    rate: int
    warm_up: float
    seconds: float
    patience: float


class Found(NamedTuple):
    """Rates in events a second within the window; `behind` in events, at the last append."""

    load: Load
    appended: float
    published: float
    delays: Delays
    behind: int
    caught_up: float | None

    @property
    def kept_up(self) -> bool:
        return self.behind <= self.load.rate * KEPT_UP_SECONDS


class NotReadyError(Exception):
    """The fold was not given its partitions, or could not catch up before a load."""


def measure(bootstrap: str, folder: Path, loads: Sequence[Load], progress: Progress) -> list[str]:
    """Put each load on one fold, one after the other; the lines for machines."""
    broker.create_stamped_by_broker(bootstrap)
    subject.open_inputs(bootstrap)
    subject.renew_outputs(bootstrap)
    data = folder / "appending"
    found = []
    with (
        Cursors(bootstrap) as cursors,
        Fold(subject.command_of_member(bootstrap, data), data) as fold,
    ):
        group = broker.Group(bootstrap)
        for number, load in enumerate(loads):
            _wait_until_ready(bootstrap, group, cursors, fold)
            found.append(_run(bootstrap, SEED + number, load, cursors, progress))
    broker.require_none_aside(bootstrap)
    notes = [_note(each) for each in found if each.delays.uncovered]
    report.show("From append to cursor", COLUMNS, [_row(each) for each in found], "\n".join(notes))
    return [line for each in found for line in _lines(each)]


def _wait_until_ready(bootstrap: str, group: broker.Group, cursors: Cursors, fold: Fold) -> None:
    deadline = time.monotonic() + READY_SECONDS
    ends = broker.ends(bootstrap)
    while group.members() != 1 or not cursors.have_reached(ends):
        if fold.has_ended_well() or time.monotonic() > deadline:
            raise NotReadyError("the fold has not caught up")
        time.sleep(LOOK_SECONDS)


def _run(bootstrap: str, seed: int, load: Load, cursors: Cursors, progress: Progress) -> Found:
    begin, first_seen = broker.ends(bootstrap), len(cursors.seen)
    started = _write(bootstrap, seed, load, progress)
    written, end = time.time(), broker.ends(bootstrap)
    while not cursors.have_reached(end) and time.time() < written + load.patience:
        time.sleep(LOOK_SECONDS)
    ended, reached = time.time(), cursors.have_reached(end)
    seen = cursors.seen[first_seen:]
    window = Window(started + load.warm_up, started + load.warm_up + load.seconds)
    log = broker.appended(bootstrap, begin, end)
    last = max(max(stretch.stamps, default=0) for stretch in log.values()) / 1000
    found = delays(log, seen, window, ended)
    before, after = (published_at(cursors.seen, at) for at in window)
    return Found(
        load,
        len(found.ms) / window.seconds,
        (after - before) / window.seconds,
        found,
        sum(end.values()) - published_at(cursors.seen, last),
        ended - last if reached else None,
    )


def _write(bootstrap: str, seed: int, load: Load, progress: Progress) -> float:
    """Have another process write. Returns when the first event was seen in the log."""
    bar = progress.add_task(f"{load.rate:,} events/s", total=None)
    before = sum(broker.ends(bootstrap).values())
    whole = load.warm_up + load.seconds + TAIL_SECONDS
    arguments = [bootstrap, str(seed), str(load.rate), str(whole)]
    writer = subprocess.Popen([sys.executable, "-m", "bench.scaling.writer", *arguments])
    started: float | None = None
    while writer.poll() is None:
        if started is None:
            if sum(broker.ends(bootstrap).values()) > before:
                started = time.time()
        else:
            progress.update(bar, total=whole, completed=time.time() - started)
        time.sleep(LOOK_SECONDS)
    if writer.returncode or started is None:
        raise subprocess.CalledProcessError(writer.returncode, writer.args)
    progress.update(bar, completed=whole)
    return started


def _row(found: Found) -> list[str]:
    ms = found.delays.ms
    caught_up = "no" if found.caught_up is None else f"{found.caught_up:.1f}"
    return [
        f"{found.load.rate:,}",
        f"{found.appended:,.0f}",
        f"{found.published:,.0f}",
        *(f"{each:,.0f}" for each in (percentile(ms, 50), percentile(ms, 99), ms[-1])),
        f"{found.behind:,}",
        caught_up,
        "yes" if found.kept_up else "no",
    ]


def _note(found: Found) -> str:
    return (
        f"{found.load.rate:,}/s: {found.delays.uncovered:,} of {len(found.delays.ms):,} events "
        "were not covered in the end; they count as long as they had waited until then"
    )


def _lines(found: Found) -> list[str]:
    rate, ms = found.load.rate, found.delays.ms
    return [
        report.line("ms", f"append-p50-{rate}", percentile(ms, 50)),
        report.line("ms", f"append-p99-{rate}", percentile(ms, 99)),
        report.line("ms", f"append-max-{rate}", ms[-1]),
        report.line("ratio", f"append-achieved-{rate}", found.appended / rate),
        report.line("ratio", f"append-kept-up-{rate}", found.published / found.appended),
    ]
