"""The table of a comparison, and its last lines: ours divided by theirs."""

from collections.abc import Mapping, Sequence
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table

from bench.streams.child import Cost
from bench.streams.engines import (
    CEILING,
    CEILING_AIOKAFKA,
    COMMIT_MS,
    COMMON_MS,
    OURS,
    OURS_SHORT,
    QUIX,
    SHORT_MS,
    STREAMS,
    STREAMS_CACHE_MIB,
    TRANSACTION_MS,
)
from chassis.folding.settings import FoldSettings

RATIOS = {
    "kafka-streams-eos": (STREAMS,),
    "quix-eos": (QUIX,),
    # Whichever client reads faster here and now.
    "ceiling": (CEILING, CEILING_AIOKAFKA),
}
WIDTH = 120
COLUMNS = (
    "commit",
    "events/s",
    "least",
    "most",
    "ours : it",
    "spread",
    "CPU s",
    "µs CPU/event",
    "RSS MiB",
)
MS = 1_000
_OURS = FoldSettings.model_fields
BEHIND, MOST = _OURS["behind_records"].default, _OURS["publish_pause_most"].default
NOTE = (
    "commit: the time between two commits, told to each engine; at the end of the input all commit "
    f"at once. The ratios below are of the rows of {COMMON_MS / MS:g} s; `ours : it` compares with "
    "our row of the same interval. Ours has it for each partition, and only while more than "
    f"{BEHIND:,} of its records are unread: from there on it pauses {MOST:g} s at most. "
    f"Kafka Streams: a cache of {STREAMS_CACHE_MIB} MiB for the totals and none for the shipments, "
    f"transactions of up to {TRANSACTION_MS / MS:g} s; {SHORT_MS} ms are its default for exactly "
    "once. Quix Streams: by time alone; its default is 5 s."
)

Costs = Mapping[str, Sequence[Cost]]


def line_of(name: str, events: int, cost: Cost) -> str:
    return f"{name:<23} {events / cost.seconds:>9,.0f} events/s  {cost.seconds:7.2f} s"


def commit_of(name: str) -> str:
    """The time between two commits, as the table has it; nothing for a ceiling."""
    ms = COMMIT_MS.get(name)
    if ms is None:
        return ""
    return f"{ms} ms" if ms < MS else f"{ms / MS:g} s"


def ours_beside(name: str) -> str:
    """Which of our rows an engine is compared with: the one that commits as often."""
    return OURS_SHORT if COMMIT_MS.get(name) == SHORT_MS else OURS


def ratios(costs: Costs, *theirs: str) -> list[float]:
    """Our speed divided by the fastest of theirs, for each time that they ran; none if none did."""
    ours = ours_beside(theirs[0])
    if ours not in costs or not any(name in costs for name in theirs):
        return []
    times = zip(*(costs[name] for name in theirs if name in costs), strict=True)
    fastest = (min(cost.seconds for cost in of_one_time) for of_one_time in times)
    return [least / our.seconds for our, least in zip(costs[ours], fastest, strict=True)]


def show(costs: Costs, events: int, cells: int, load: Sequence[float]) -> None:
    """Print medians with their spread, and the ratios last."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("engine", no_wrap=True)
    for column in COLUMNS:
        table.add_column(column, justify="right")
    for name, of_one in costs.items():
        table.add_row(name, *_row(costs, name, of_one, events))
    repeats = max(len(of_one) for of_one in costs.values())
    console = Console(width=WIDTH)
    console.print(
        f"{events:,} events, {cells:,} cells by day, {repeats} runs each, median; "
        f"load at the beginning {load[0]:.1f} {load[1]:.1f} {load[2]:.1f}"
    )
    console.print(table)
    console.print(NOTE)
    for label, theirs in RATIOS.items():
        if found := ratios(costs, *theirs):
            print(f"ratio {label} {median(found):.2f}")


def _row(costs: Costs, name: str, of_one: Sequence[Cost], events: int) -> list[str]:
    speeds = [events / cost.seconds for cost in of_one]
    cpu = median(cost.cpu for cost in of_one)
    row = [
        commit_of(name),
        *(f"{speed:,.0f}" for speed in (median(speeds), min(speeds), max(speeds))),
    ]
    found = ratios(costs, name)
    row += [f"{median(found):.2f}", f"{min(found):.2f}-{max(found):.2f}"] if found else ["", ""]
    rss = median(cost.rss_mib for cost in of_one)
    return [*row, f"{cpu:.1f}", f"{cpu / events * 1e6:.1f}", f"{rss:,.0f}"]
