"""What people see of a recording and of a replay."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from console.recording.faults import DELAY, DISORDER, DUPLICATE, POISON
from console.recording.layout import Layout
from console.recording.manifest import Manifest
from console.recording.replaying import Report
from console.recording.sandbox import Sandbox
from console.recording.timing import Span

FAULTS = (DUPLICATE, DISORDER, DELAY, POISON)


class Bar:
    """A progress bar."""

    def __init__(self, progress: Progress, title: str) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=None)

    def of(self, total: int) -> "Bar":
        """Now that it is known how much there is."""
        self._progress.update(self._task, total=total)
        return self

    def __call__(self, done: int) -> None:
        self._progress.update(self._task, completed=done)


@contextmanager
def progress_bar(title: str, console: Console) -> Iterator[Bar]:
    """A bar that is gone after the block."""
    columns = (
        TextColumn("[bold]{task.description}"),
        BarColumn(bar_width=None),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.completed:>11,}"),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        yield Bar(progress, title)


def recorded(manifest: Manifest, layout: Layout) -> Table:
    """A line for each topic, and where the recording is."""
    table = _by_topic(
        f"Recorded to {layout.folder / (layout.file or '')}",
        [topic.name for topic in manifest.topics],
    )
    for name in ("partitions", "offsets", "records", "types"):
        table.add_column(name, justify="right")
    for topic in manifest.topics:
        offsets = sum(found.end - found.start for found in topic.partitions)
        counts = (len(topic.partitions), offsets, topic.records, len(topic.types))
        table.add_row(topic.name, *(f"{count:,}" for count in counts))
    table.add_section()
    table.add_row("all", "", "", f"{manifest.records:,}", "", style="bold")
    return table


def plan(report: Report, sandbox: Sandbox, speed: Fraction | None) -> Table:
    """What a replay would write."""
    table = _by_topic(f"Plan of a replay to {_where(sandbox)}; nothing is written", report.spans)
    table.add_column("records", justify="right")
    table.add_column("first, last (UTC)", no_wrap=True)
    table.add_column("duration", justify="right")
    for topic, span in sorted(report.spans.items()):
        table.add_row(topic, *_plan_row(span, speed))
    spans = report.spans.values()
    if spans:
        whole = Span.over(spans)
        table.add_section()
        table.add_row("all", *_plan_row(whole, speed), style="bold")
    return table


def replayed(report: Report, sandbox: Sandbox) -> Table:
    """What a replay wrote."""
    table = _by_topic(f"Replayed to {_where(sandbox)}", report.spans)
    for name in ("records", "there before", "written"):
        table.add_column(name, justify="right")
    for topic, span in sorted(report.spans.items()):
        counts = (span.records, report.skipped[topic], report.written[topic])
        table.add_row(topic, *(f"{count:,}" for count in counts))
    table.add_section()
    sums = (
        sum(span.records for span in report.spans.values()),
        report.skipped.total(),
        report.written.total(),
    )
    table.add_row("all", *(f"{count:,}" for count in sums), style="bold")
    return table


def injected(report: Report) -> Table | None:
    """How many records each fault has hit; None when there are no faults."""
    if not report.faults:
        return None
    table = _by_topic("Faults among them", report.spans)
    for fault in FAULTS:
        table.add_column(fault, justify="right")
    for topic in sorted(report.spans):
        counts = (report.faults[fault, topic] for fault in FAULTS)
        table.add_row(topic, *(f"{count:,}" for count in counts))
    return table


def _by_topic(title: str, names: Iterable[str]) -> Table:
    """Names are never cut, and other columns wrapped before them: they are what people copy."""
    table = Table(title=title, title_justify="left")
    table.add_column("topic", no_wrap=True, min_width=max(map(len, names), default=0))
    return table


def _where(sandbox: Sandbox) -> str:
    topics = f"topics {sandbox.prefix}*" if sandbox.prefix else ""
    return ", ".join(filter(None, (sandbox.kafka, topics)))


def _plan_row(span: Span, speed: Fraction | None) -> tuple[str, str, str]:
    times = f"{_time(span.first)}\n{_time(span.last)}"
    return f"{span.records:,}", times, _lasts(span, speed)


def _time(milliseconds: int) -> str:
    try:
        time = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    except OverflowError:  # of a record that is no event, any number may be the timestamp
        return f"{milliseconds} ms"
    return time.strftime("%Y-%m-%d %H:%M:%S")


def _lasts(span: Span, speed: Fraction | None) -> str:
    if speed is None:
        return "at once"
    first, last = span.due
    seconds = round(Fraction(last - first, 1000) / speed)
    try:
        return str(timedelta(seconds=seconds))
    except OverflowError:
        return f"{seconds // 86_400:,} days"
