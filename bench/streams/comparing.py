"""The same fold on several engines: one topic, one process each, in turn, again and again."""

import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import psutil
from rich.console import Console
from rich.progress import Progress

from bench.fold import profile
from bench.streams import child, report, topics
from bench.streams.child import Cost
from bench.streams.engines import Engine, Run, engines, make_ready
from bench.streams.events import Totals
from bench.streams.figures import difference

SEED = 20_260_302


class WrongFiguresError(Exception):
    """An engine arrived at other figures than follow from the events."""


class WithoutProfilerError(Exception):
    """A profile was asked for, and there is nothing to take it with."""


class UnknownEngineError(Exception):
    """An engine was asked for that there is not."""


def measure(broker: str, events: int, repeats: int, only: Sequence[str], *, profiled: bool) -> None:
    """Run all engines (or `only` those named) `repeats` times each and print the table.

    `profiled`: run ours once more under py-spy, and print where its time goes before the table.

    Raises: UnknownEngineError, WrongFiguresError, EngineFailedError, WithoutProfilerError.
    """
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory() as folder:
        classes = Path(folder) / "classes"
        classes.mkdir()
        make_ready(console, classes)
        chosen = [e for e in engines(classes) if not only or e.name in only]
        if unknown := set(only) - {engine.name for engine in chosen}:
            raise UnknownEngineError(", ".join(sorted(unknown)))
        load = psutil.getloadavg()
        with Progress(console=console) as progress:
            expected = topics.write_inputs(broker, SEED, events, progress)
            bar = progress.add_task("running engines", total=repeats * len(chosen))
            costs: dict[str, list[Cost]] = defaultdict(list)
            for repeat in range(repeats):
                # Each time another one comes first: whatever drifts, drifts for all.
                first = repeat % len(chosen)
                for engine in chosen[first:] + chosen[:first]:
                    progress.update(bar, description=f"{engine.name} ({repeat + 1})")
                    cost = _run_one(engine, broker, Path(folder), repeat, expected)
                    costs[engine.name].append(cost)
                    progress.console.print(report.line_of(engine.name, events, cost))
                    progress.advance(bar)
            if profiled:
                _profile(engines(classes)[0], broker, Path(folder), events)
    report.show(costs, events, len(expected), load)


def _profile(engine: Engine, broker: str, folder: Path, events: int) -> None:
    profiler = profile.available()
    if profiler is None:
        raise WithoutProfilerError("py-spy is not installed")
    state = folder / "profiled"
    state.mkdir()
    run = Run(broker, "bench-profiled", state)
    engine.prepare(run)
    samples = folder / "samples"
    profile.record(engine.command(run), engine.environment, profiler, samples)
    profile.show(profile.sort_into_steps(samples.read_text().splitlines()), events)


def _run_one(engine: Engine, broker: str, folder: Path, repeat: int, expected: Totals) -> Cost:
    id_ = f"bench-{engine.name}-{repeat}-{time.monotonic_ns()}"
    state = folder / id_
    state.mkdir()
    run = Run(broker, id_, state)
    engine.prepare(run)
    cost = child.run(engine.command(run), engine.environment, folder / f"{id_}.log")
    if engine.figures and (first := difference(expected, engine.figures(run))):
        raise WrongFiguresError(f"{engine.name}: {first}")
    topics.drop_of(broker, id_)
    return cost
