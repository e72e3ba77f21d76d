"""Folding the log of one partition number from zero to given offsets, into a ledger of its own."""

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.reader.outcome import Stopped
from chassis.reader.quarantine import Record
from contracts.topics import RISK_TRIGGERS, Topic, statistics
from services.export_metrics.domain.changes import Item
from services.export_metrics.fold import BatchFold
from services.export_metrics.ledger.store import Ledger
from services.export_metrics.publishing.outputs import Outputs
from services.export_metrics.reading.record import InputReader, PutAside
from services.export_metrics.settings import INPUTS
from services.export_metrics.verifying import live

BATCH = 5_000
Read = Callable[[Topic, int, int], AsyncIterator[Record]]
"""The records of a topic's partition before an offset, in their order."""


class UnreadableLogError(Exception):
    """The log holds what this version of the fold stops at, so it cannot be folded to its end."""


def from_log(consumer: AIOKafkaConsumer) -> Read:
    """Reads from the broker that `consumer` is connected to."""

    def read(topic: Topic, partition: int, end: int) -> AsyncIterator[Record]:
        return live.records(consumer, TopicPartition(topic.name, partition), end)

    return read


async def refold(
    read: Read,
    folder: Path,
    generation: int,
    partition: int,
    offsets: Mapping[str, int],
    on_folded: Callable[[int], None] = lambda _: None,
) -> tuple[live.Outputs, live.Outputs]:
    """The statistics and the triggers that the log says, as `live.Live` holds them.

    `folder` takes the ledger; `on_folded` is told how many records were read since the last time.
    Raises: UnreadableLogError, UnopenedError.
    """
    ledger = Ledger(folder, generation, partition)
    try:
        for topic in INPUTS:
            if topic.name in offsets:
                await _fold_topic(
                    ledger, topic, read(topic, partition, offsets[topic.name]), on_folded
                )
        return _outputs(ledger)
    finally:
        ledger.close()


async def _fold_topic(
    ledger: Ledger,
    topic: Topic,
    records: AsyncIterator[Record],
    on_folded: Callable[[int], None],
) -> None:
    reader, batch = InputReader(topic), list[Record]()
    async for record in records:
        batch.append(record)
        if len(batch) == BATCH:
            _fold_batch(ledger, topic, reader, batch)
            on_folded(len(batch))
            batch = []
    if batch:
        _fold_batch(ledger, topic, reader, batch)
        on_folded(len(batch))


def _fold_batch(ledger: Ledger, topic: Topic, reader: InputReader, batch: list[Record]) -> None:
    items: list[tuple[int, Item]] = []
    for record in batch:
        match reader.read(record):
            case Stopped(problem):
                raise UnreadableLogError(
                    f"{record.topic}[{record.partition}]@{record.offset}: {problem}"
                )
            case PutAside(_, unread):
                items += [] if unread is None else [(record.offset, unread)]
            case item:
                items.append((record.offset, item))
    known = ledger.known(topic.name, [item for _, item in items])
    ledger.commit(topic.name, batch[-1].offset + 1, BatchFold(known).fold(items))


def _outputs(ledger: Ledger) -> tuple[live.Outputs, live.Outputs]:
    everything = ledger.unpublished()  # nothing of this ledger ever was
    said: live.Outputs = {}
    triggers: live.Outputs = {}
    encoder = Outputs(ledger.generation, ledger.partition)
    for topic, record in encoder.encode(everything, everything.triggers):
        if topic == RISK_TRIGGERS.name:
            triggers[dict(record.headers)["ce_id"].decode()] = record.value
        elif topic == statistics(ledger.generation).name and record.key is not None:
            said[record.key.decode()] = record.value
    return said, triggers
