"""The table of a comparison, and its last lines: ours divided by theirs."""

from collections.abc import Mapping, Sequence
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table

from bench.streams.child import Cost
from bench.streams.engines import CEILING, CEILING_AIOKAFKA, OURS, QUIX, STREAMS

RATIOS = {
    "kafka-streams-eos": (STREAMS,),
    "quix-eos": (QUIX,),
    # Whichever client reads faster here and now.
    "ceiling": (CEILING, CEILING_AIOKAFKA),
}
WIDTH = 120
COLUMNS = ("events/s", "least", "most", "ours : it", "spread", "CPU s", "µs CPU/event", "RSS MiB")

Costs = Mapping[str, Sequence[Cost]]


def line_of(name: str, events: int, cost: Cost) -> str:
    return f"{name:<22} {events / cost.seconds:>9,.0f} events/s  {cost.seconds:7.2f} s"


def ratios(costs: Costs, *theirs: str) -> list[float]:
    """Our speed divided by the fastest of theirs, for each time that they ran; none if none did."""
    if OURS not in costs or not any(name in costs for name in theirs):
        return []
    times = zip(*(costs[name] for name in theirs if name in costs), strict=True)
    fastest = (min(cost.seconds for cost in of_one_time) for of_one_time in times)
    return [least / our.seconds for our, least in zip(costs[OURS], fastest, strict=True)]


def show(costs: Costs, events: int, cells: int, load: Sequence[float]) -> None:
    """Print medians with their spread, and the ratios last."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("engine", no_wrap=True)
    columns = (
        "events/s",
        "least",
        "most",
        "ours : it",
        "spread",
        "CPU s",
        "µs CPU/event",
        "RSS MiB",
    )
    for column in columns:
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
    for label, theirs in RATIOS.items():
        if found := ratios(costs, *theirs):
            print(f"ratio {label} {median(found):.2f}")


def _row(costs: Costs, name: str, of_one: Sequence[Cost], events: int) -> list[str]:
    speeds = [events / cost.seconds for cost in of_one]
    cpu = median(cost.cpu for cost in of_one)
    row = [f"{speed:,.0f}" for speed in (median(speeds), min(speeds), max(speeds))]
    found = ratios(costs, name)
    row += [f"{median(found):.2f}", f"{min(found):.2f}-{max(found):.2f}"] if found else ["", ""]
    rss = median(cost.rss_mib for cost in of_one)
    return [*row, f"{cpu:.1f}", f"{cpu / events * 1e6:.1f}", f"{rss:,.0f}"]
