"""What is measured: all that this package knows of the fold's code, its topics and its events."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from rich.progress import Progress

from bench.streams.topics import PRODUCER, renew_outputs, write_inputs
from chassis.folding.ledger.files import ledger_path
from chassis.folding.ledger.snapshots import folder_of, manifest_of
from chassis.folding.ledger.snapshotting import freeze, write
from chassis.folding.ledger.store import Ledger
from chassis.folding.running import collector
from chassis.folding.running.opening import open_ledger
from chassis.folding.running.process import Folding
from chassis.logs import configure
from contracts.topics import EXPORTS_SHIPMENTS, cursors, quarantine_of
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import GENERATION, SERVICE, ExportMetricsSettings

__all__ = [
    "CURSORS",
    "GROUP",
    "PARTITIONS",
    "PRODUCER",
    "QUARANTINE",
    "TOPIC",
    "command_of_member",
    "command_to_the_end",
    "fold",
    "folded_before",
    "open_inputs",
    "renew_outputs",
    "restore",
    "take_snapshots",
    "write_season",
]

SEED = 20_260_302
GROUP = SERVICE
TOPIC = EXPORTS_SHIPMENTS.name
PARTITIONS = EXPORTS_SHIPMENTS.partitions
CURSORS = cursors(GENERATION).name
QUARANTINE = quarantine_of(SERVICE)


def write_season(broker: str, events: int, progress: Progress) -> None:
    """Open the input topics, and write exports, amendments, deliveries and cancellations."""
    write_inputs(broker, SEED, events, progress)


def open_inputs(broker: str) -> None:
    """Make the input topics, and open their first day: a season of no events."""
    write_inputs(broker, SEED, 0, Progress(disable=True))


def folded_before(cursor: bytes) -> int:
    """The offset in TOPIC before which every output is out, by the data of a cursor."""
    offsets: dict[str, int] = msgspec.json.decode(cursor)["offsets"]
    return offsets.get(TOPIC, 0)


def command_to_the_end(broker: str, data: Path) -> list[str]:
    """Folds until the present end of the inputs is published; prints `{"seconds": …}`."""
    return [sys.executable, "-m", "bench.fold", broker, str(data)]


def command_of_member(broker: str, data: Path) -> list[str]:
    """Folds as a member of GROUP until SIGTERM."""
    return [sys.executable, "-m", "bench.scaling.member", broker, str(data)]


def take_snapshots(data: Path, folder: Path) -> Iterator[tuple[float, float, int]]:
    """One of each partition's ledger: seconds of its pause, of writing it, and its bytes."""
    for number in range(PARTITIONS):
        ledger = Ledger(EXPORT_STATISTICS, data, GENERATION, number)
        at = folder_of(ledger_path(folder, SERVICE, GENERATION, number))
        started = time.perf_counter()
        frozen = freeze(ledger)
        paused = time.perf_counter()
        made = write(frozen, at, 1, lambda: False)
        written = time.perf_counter()
        frozen.release()
        ledger.close()
        size = sum(facts.size for facts in manifest_of(made).files.values())
        yield paused - started, written - paused, size


async def restore(broker: str, data: Path, snapshots: Path) -> None:
    """Have `data` hold ledgers that are the newest snapshots."""
    settings = ExportMetricsSettings(kafka=broker, data=data, snapshots=snapshots)
    for number in range(PARTITIONS):
        (await open_ledger(EXPORT_STATISTICS, settings, GENERATION, number)).close()


async def fold(broker: str, data: Path) -> None:
    """Fold until cancelled, as the service does, without its pages and its national picture."""
    configure(SERVICE, "WARNING")
    collector.relieve()
    settings = ExportMetricsSettings(kafka=broker, data=data)
    await Folding(EXPORT_STATISTICS, settings, GENERATION).run()
