"""What is measured: all that this package knows of the fold's code, its topics and its events."""

import sys
from pathlib import Path

import msgspec
from rich.progress import Progress

from bench.streams.topics import PRODUCER, renew_outputs, write_inputs
from chassis.folding.running import collector
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


async def fold(broker: str, data: Path) -> None:
    """Fold until cancelled, as the service does, without its pages and its national picture."""
    configure(SERVICE, "WARNING")
    collector.relieve()
    settings = ExportMetricsSettings(kafka=broker, data=data)
    await Folding(EXPORT_STATISTICS, settings, GENERATION).run()
