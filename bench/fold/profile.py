"""Where our fold spends its time: samples of its stacks, sorted into steps."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

SAMPLES_A_SECOND = 250
STEPS = (
    # The first step of which a part stands anywhere in a stack has the sample.
    ("publish: encode", ("Outputs.encode", "Outputs._contribution", "Outputs._about_a_day")),
    ("publish: read the ledger", ("Ledger.unpublished", "Ledger.mark_published")),
    ("publish: client, transaction", ("Publisher.", "aiokafka/producer/")),
    ("states: pack and write", ("Aggregates.write", "Aggregates.written")),
    ("states: read and unpack", ("Aggregates.get",)),
    ("SQLite write", ("Ledger.commit",)),
    ("SQLite lookup", ("Ledger.known",)),
    ("place and evolve", ("BatchFold.",)),
    ("read: partition of the key", ("InputReader._straying",)),
    ("read: decode the data", ("(services/export_metrics/reading/data.py",)),
    ("read: headers and forms", ("InputReader.", "PlainReader.")),
    ("poll: client", ("aiokafka/consumer/", "aiokafka/conn.py", "aiokafka/client.py")),
    ("starting", ("_find_and_load", "open_partition", "last_cursor")),
)
REST = "event loop and the rest"


def available() -> str | None:
    """The path of py-spy, None where it is not installed."""
    return shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")


def record(
    command: Sequence[str], environment: Mapping[str, str], profiler: str, samples: Path
) -> None:
    """Run a command under py-spy, in our environment and `environment`.

    The samples are its folded stacks.
    """
    options = ["--rate", str(SAMPLES_A_SECOND), "--format", "raw", "--output", str(samples)]
    subprocess.run(
        [profiler, "record", *options, "--", *command],
        check=True,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def sort_into_steps(lines: Iterable[str]) -> Counter[str]:
    """Samples of each step. A line is the frames of a stack, and how many samples saw it."""
    steps: Counter[str] = Counter()
    for line in lines:
        stack, _, samples = line.rpartition(" ")
        steps[_step_of(stack)] += int(samples)
    return steps


def _step_of(stack: str) -> str:
    for step, parts in STEPS:
        if any(part in stack for part in parts):
            return step
    return REST


def show(steps: Counter[str], events: int) -> None:
    """Print the steps with their share, and microseconds of CPU for each event."""
    table = Table("our fold", box=box.SIMPLE_HEAD)
    table.add_column("share", justify="right")
    table.add_column("µs/event", justify="right")
    total = sum(steps.values())
    for step, samples in [*steps.most_common(), ("all", total)]:
        each = samples / SAMPLES_A_SECOND / events * 1e6
        table.add_row(step, f"{samples / total:.1%}", f"{each:.1f}")
    Console().print(table)
