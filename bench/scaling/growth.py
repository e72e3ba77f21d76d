"""One fold over one log of exports: its memory and disk, and the cost of an event, as it grows."""

import math
from collections.abc import Sequence
from pathlib import Path

from rich.progress import Progress

from bench.scaling import broker, report, subject, trace, writing
from bench.scaling.processes import Fold, follow
from bench.scaling.trace import Sample
from bench.scaling.watching import Cursors

SEED = 2_000
MEMORY_COLUMNS = ("shipments", "peak RSS MiB", "bytes each", "ledger MiB", "bytes each ")
SLICE_COLUMNS = ("events from", "µs CPU/event", "events/s", "of the first")
STEPS_OF_A_SLICE = 5
"""Cursors tell in steps how far the fold is: a slice of few steps would be all rounding."""


def grow(bootstrap: str, folder: Path, shipments: int, progress: Progress) -> list[Sample]:
    """Write a log of so many shipments, then fold it once, and look on."""
    subject.open_inputs(bootstrap)
    subject.renew_outputs(bootstrap)
    writing.write(bootstrap, SEED, shipments, progress)
    ends = broker.ends(bootstrap)
    bar = progress.add_task("folding", total=sum(ends.values()))
    data = folder / "growth"
    command = subject.command_to_the_end(bootstrap, data)
    with Cursors(bootstrap) as cursors, Fold(command, data) as fold:
        samples = follow(
            [fold], cursors, ends, lambda s: progress.update(bar, completed=s.published)
        )
        fold.wait()
    broker.require_none_aside(bootstrap)
    return samples


def show_memory(samples: Sequence[Sample], sizes: Sequence[int]) -> list[str]:
    """Most memory, and disk, with so many shipments held."""
    found = trace.held(samples, sizes)
    rows = [
        (
            f"{held.shipments:,}",
            report.mib(held.peak_rss),
            f"{held.peak_rss / held.shipments:,.0f}",
            report.mib(held.disk),
            f"{held.disk / held.shipments:,.0f}",
        )
        for held in found
    ]
    each = trace.for_each_further(found)
    note = "" if each is None else f"memory for each further shipment: {each:.1f} bytes"
    report.show("Memory of the process, and its folder", MEMORY_COLUMNS, rows, note)
    lines = [line for held in found for line in _lines(held)]
    return lines if each is None else [*lines, report.line("bytes", "rss-each-further", each)]


def _lines(held: trace.Held) -> list[str]:
    return [
        report.line("mib", f"rss-{held.shipments}", held.peak_rss / report.MIB),
        report.line("mib", f"ledger-{held.shipments}", held.disk / report.MIB),
    ]


def show_flat(samples: Sequence[Sample], asked: int) -> list[str]:
    """The cost of an event, in slices as large as asked for or, if need be, larger.

    No line for machines when the log has less than two slices; the note says so.
    """
    step = trace.largest_step(samples)
    size = asked * max(1, math.ceil(STEPS_OF_A_SLICE * step / asked))
    found = trace.slices(samples, size)
    rows = [
        (
            f"{each.start:,}",
            f"{each.cpu * 1e6:.1f}",
            f"{1 / each.seconds:,.0f}",
            f"{each.cpu / found[0].cpu:.2f}",
        )
        for each in found
    ]
    note = f"published in steps of up to {step:,} events: a slice has at least {STEPS_OF_A_SLICE}"
    if len(found) < 2:
        note += "; the log is too short for two of them, so there is no ratio"
    report.show(f"Cost of an event, in slices of {size:,}", SLICE_COLUMNS, rows, note)
    return [report.line("ratio", "flat", trace.flatness(found))] if len(found) > 1 else []
