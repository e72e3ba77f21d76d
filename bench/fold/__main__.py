"""Fold until the end of the inputs is folded and published: ``python -m bench.fold BROKER DATA``.

This is the folding of the service as it runs it, without its pages and its national picture. With
``figures`` behind it, it is without cells of exporters, which the engines beside it do not have
either. The topics are there. Prints one line of JSON.
"""

import asyncio
import json
import sys
import time
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.folding.changes import Fact, State
from chassis.folding.fold import Change, Fold
from chassis.folding.running import collector
from chassis.folding.running.process import Folding
from chassis.logs import configure
from contracts.topics import EXPORTS_SHIPMENTS
from services.export_metrics.domain.figures import Movement
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import GENERATION, SERVICE, ExportMetricsSettings

LOOK_SECONDS = 0.02
TOPIC = EXPORTS_SHIPMENTS.name


async def ends(bootstrap: str) -> dict[int, int]:
    """The end of each partition of the topic of shipments."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        found = await consumer.end_offsets(
            [TopicPartition(TOPIC, at) for at in range(EXPORTS_SHIPMENTS.partitions)]
        )
    finally:
        await consumer.stop()
    return {at.partition: end for at, end in found.items()}


def is_published(folding: Folding, until: dict[int, int]) -> bool:
    """Whether the cursors have passed these offsets: all outputs due before are committed."""
    return len(folding.partitions) == len(until) and all(
        partition.publisher.is_out(TOPIC, until[number] - 1)
        for number, partition in folding.partitions.items()
    )


def _without_exporters(state: State, fact: Fact, day: date) -> Change:
    after, movements, said = EXPORT_STATISTICS.evolve(state, fact, day)
    return after, [each for each in movements if type(each) is Movement], said


FOLDS = {
    "all": EXPORT_STATISTICS,
    "figures": replace(EXPORT_STATISTICS, evolve=_without_exporters),
}


async def fold_all(fold: Fold, settings: ExportMetricsSettings) -> float:
    """Seconds from the assignment until everything is published."""
    until = await ends(settings.kafka)
    folding = Folding(fold, settings, GENERATION)
    work = asyncio.create_task(folding.run())
    while not folding.partitions:  # noqa: ASYNC110 - a measurement adds no hook
        await asyncio.sleep(LOOK_SECONDS)
    started = time.perf_counter()
    while not is_published(folding, until):  # noqa: ASYNC110 - as above
        await asyncio.sleep(LOOK_SECONDS)
    seconds = time.perf_counter() - started
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    return seconds


def main(bootstrap: str, data: str, which: str = "all") -> None:
    configure(SERVICE, "WARNING")
    collector.relieve()  # as the service does
    settings = ExportMetricsSettings(kafka=bootstrap, data=Path(data))
    print(json.dumps({"seconds": asyncio.run(fold_all(FOLDS[which], settings))}))


if __name__ == "__main__":
    main(*sys.argv[1:])
