"""What the service has published, cut where it said itself how far its inputs were folded.

Each transaction ends its part of the statistics with a PartitionClosed that names the input offsets
before which everything is in it. So the statistics are cut there; triggers, which stand in another
topic, are read once before that cut and once after it: what stood before must be in the refold, and
what the refold says must stand after.
"""

from collections.abc import Mapping
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.folding.fold import Fold
from chassis.folding.publishing.log import reading, records
from chassis.folding.verifying.decisions import ById, Decisions
from chassis.reader.quarantine import Record
from contracts.topic import Topic

POLL_MS = 200
Outputs = dict[str, bytes]
"""Values by what identifies them: the key of a contribution or closing, the id of a trigger."""


class Live(NamedTuple):
    """One partition: `offsets` of each input before which all is in `statistics`.

    `triggers_again` are those that were said more than once.
    """

    offsets: Mapping[str, int]
    statistics: Outputs
    triggers_before: ById
    triggers_after: ById
    triggers_again: Outputs


class Statistics:
    """What is published of a partition, record after record, cut at the last closing that names
    offsets: they are None while there is none."""

    def __init__(self, fold: Fold) -> None:
        figures = fold.figures
        self._closed_type = figures.closed_type
        self._closed = figures.closed_type.event_type().encode()
        self._compared = {kind.contribution_type.event_type().encode() for kind in figures.kinds}
        self._compared.add(self._closed)
        self._since: Outputs = {}
        self.cut: Outputs = {}
        self.offsets: Mapping[str, int] | None = None

    def take(self, record: Record) -> None:
        kind = dict(record.headers).get("ce_type")
        if kind not in self._compared or not (record.key and record.value):
            return
        self._since[record.key.decode()] = record.value
        if kind == self._closed:
            closed = self._closed_type.model_validate_json(record.value)
            if closed.offsets is not None:
                self.cut |= self._since
                self._since, self.offsets = {}, closed.offsets


async def read_live(
    bootstrap: str, fold: Fold, decisions: Topic | None, generation: int, partition: int
) -> Live | None:
    """What is published of a partition; None when it has closed nothing that names offsets.

    `decisions` is the topic in which the fold tells what it decides, if it decides.
    """
    topic = fold.figures.statistics(generation).name
    async with reading(bootstrap) as consumer:
        before = await _decisions(consumer, decisions, partition)
        statistics = Statistics(fold)
        async for record in records(consumer, TopicPartition(topic, partition)):
            statistics.take(record)
        after = await _decisions(consumer, decisions, partition)
    if statistics.offsets is None:
        return None
    return Live(statistics.offsets, statistics.cut, before.found, after.found, after.again)


async def _decisions(consumer: AIOKafkaConsumer, topic: Topic | None, partition: int) -> Decisions:
    found = Decisions()
    if topic is not None:
        async for record in records(consumer, TopicPartition(topic.name, partition)):
            found.take(record)
    return found
