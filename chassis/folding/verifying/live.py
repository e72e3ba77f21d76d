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
from contracts.topics import Topic

POLL_MS = 200
Outputs = dict[str, bytes]
"""Values by what identifies them: the key of a contribution or closing, the id of a trigger."""


class Live(NamedTuple):
    """One partition: `offsets` of each input before which all is in `statistics`.

    `triggers_again` are those that were said more than once.
    """

    offsets: Mapping[str, int]
    statistics: Outputs
    triggers_before: Outputs
    triggers_after: Outputs
    triggers_again: Outputs


async def read_live(
    bootstrap: str, fold: Fold, decisions: Topic | None, generation: int, partition: int
) -> Live | None:
    """What is published of a partition; None when it has closed nothing that names offsets.

    `decisions` is the topic in which the fold tells what it decides, if it decides.
    """
    figures = fold.figures
    closed_type = figures.closed_type
    closed_name = closed_type.event_type().encode()
    compared = {kind.contribution_type.event_type().encode() for kind in figures.kinds}
    compared.add(closed_name)
    async with reading(bootstrap) as consumer:
        before, _ = await _triggers(consumer, decisions, partition)
        cut: Outputs = {}
        since: Outputs = {}
        offsets: Mapping[str, int] | None = None
        topic = figures.statistics(generation).name
        async for record in records(consumer, TopicPartition(topic, partition)):
            kind = dict(record.headers).get("ce_type")
            if kind not in compared or record.key is None or record.value is None:
                continue
            since[record.key.decode()] = record.value
            if kind == closed_name:
                closed = closed_type.model_validate_json(record.value)
                if closed.offsets is not None:
                    cut |= since
                    since, offsets = {}, closed.offsets
        after, again = await _triggers(consumer, decisions, partition)
    return None if offsets is None else Live(offsets, cut, before, after, again)


async def _triggers(
    consumer: AIOKafkaConsumer, topic: Topic | None, partition: int
) -> tuple[Outputs, Outputs]:
    """All triggers, and those that stand there more than once."""
    found: Outputs = {}
    again: Outputs = {}
    if topic is None:
        return found, again
    async for record in records(consumer, TopicPartition(topic.name, partition)):
        # What has no id is not of this service: it shows as a difference, by its place.
        foreign = b"no id, at offset %d" % record.offset
        id_ = dict(record.headers).get("ce_id", foreign).decode(errors="replace")
        value = record.value or b""
        if id_ in found:
            again[id_] = value
        found[id_] = value
    return found, again
