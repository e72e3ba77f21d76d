"""Folding the log of one partition number from zero to given offsets, into a ledger of its own."""

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.folding.batch import BatchFold
from chassis.folding.changes import Item
from chassis.folding.fold import Fold
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.log import records
from chassis.folding.publishing.outputs import Outputs
from chassis.folding.reading.record import InputReader, PutAside
from chassis.folding.verifying import live
from chassis.reader.outcome import Stopped
from chassis.reader.quarantine import Record
from contracts.topics import Topic

BATCH = 5_000
Read = Callable[[Topic, int, int], AsyncIterator[Record]]
"""The records of a topic's partition before an offset, in their order."""


class UnreadableLogError(Exception):
    """The log holds what this version of the fold stops at, so it cannot be folded to its end."""


def from_log(consumer: AIOKafkaConsumer) -> Read:
    """Reads from the broker that `consumer` is connected to."""

    def read(topic: Topic, partition: int, end: int) -> AsyncIterator[Record]:
        return records(consumer, TopicPartition(topic.name, partition), end)

    return read


async def refold(
    fold: Fold,
    read: Read,
    folder: Path,
    generation: int,
    partition: int,
    offsets: Mapping[str, int],
    on_folded: Callable[[int], None] = lambda _: None,
) -> tuple[live.Outputs, live.Outputs]:
    """The statistics and the decisions that the log says, as `live.Live` holds them.

    `folder` takes the ledger; `on_folded` is told how many records were read since the last time.
    Raises: UnreadableLogError, UnopenedError.
    """
    ledger = Ledger(fold, folder, generation, partition)
    try:
        for topic in fold.inputs:
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
    reader, batch = InputReader(ledger.fold, topic), list[Record]()
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
    for record, read in zip(batch, reader.read(batch), strict=True):
        match read:
            case Stopped(problem):
                raise UnreadableLogError(
                    f"{record.topic}[{record.partition}]@{record.offset}: {problem}"
                )
            case PutAside(_, unread):
                items += [] if unread is None else [(record.offset, unread)]
            case item:
                items.append((record.offset, item))
    known = ledger.known(topic.name, [item for _, item in items])
    changes = BatchFold(ledger.fold, known.closed_through).fold(items, known)
    ledger.commit(topic.name, batch[-1].offset + 1, changes)


def _outputs(ledger: Ledger) -> tuple[live.Outputs, live.Outputs]:
    everything = ledger.unpublished()  # nothing of this ledger ever was
    said: live.Outputs = {}
    decisions: live.Outputs = {}
    figures = ledger.fold.figures
    statistics, cursors = (
        of(ledger.generation).name for of in (figures.statistics, figures.cursors)
    )
    encoder = Outputs(ledger.fold, ledger.generation, ledger.partition)
    for topic, record in encoder.encode(everything, everything.said):
        if topic == statistics and record.key is not None:
            said[record.key.decode()] = record.value
        elif topic != cursors:
            decisions[dict(record.headers)["ce_id"].decode()] = record.value
    return said, decisions
