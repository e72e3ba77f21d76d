"""What the service has published, cut where it said itself how far its inputs were folded.

Each transaction ends its part of the statistics with a PartitionClosed that names the input offsets
before which everything is in it. So the statistics are cut there; triggers, which stand in another
topic, are read once before that cut and once after it: what stood before must be in the refold, and
what the refold says must stand after.
"""

from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.reader.quarantine import Record
from contracts.export_metrics import Contribution, PartitionClosed
from contracts.topics import RISK_TRIGGERS, statistics
from services.export_metrics.publishing.cursors import reading

POLL_MS = 200
Outputs = dict[str, bytes]
"""Values by what identifies them: the key of a contribution or closing, the id of a trigger."""

_CONTRIBUTION = Contribution.event_type().encode()
_CLOSED = PartitionClosed.event_type().encode()


class Live(NamedTuple):
    """One partition: `offsets` of each input before which all is in `statistics`.

    `triggers_again` are those that were said more than once.
    """

    offsets: Mapping[str, int]
    statistics: Outputs
    triggers_before: Outputs
    triggers_after: Outputs
    triggers_again: Outputs


async def read_live(bootstrap: str, generation: int, partition: int) -> Live | None:
    """What is published of a partition; None when it has closed nothing that names offsets."""
    async with reading(bootstrap) as consumer:
        before, _ = await _triggers(consumer, partition)
        cut: Outputs = {}
        since: Outputs = {}
        offsets: Mapping[str, int] | None = None
        topic = statistics(generation).name
        async for record in records(consumer, TopicPartition(topic, partition)):
            kind = dict(record.headers).get("ce_type")
            if kind not in (_CONTRIBUTION, _CLOSED) or record.key is None or record.value is None:
                continue
            since[record.key.decode()] = record.value
            if kind == _CLOSED:
                closed = PartitionClosed.model_validate_json(record.value)
                if closed.offsets is not None:
                    cut |= since
                    since, offsets = {}, closed.offsets
        after, again = await _triggers(consumer, partition)
    return None if offsets is None else Live(offsets, cut, before, after, again)


async def records(
    consumer: AIOKafkaConsumer, at: TopicPartition, end: int | None = None
) -> AsyncIterator[Record]:
    """All committed records of a partition before `end`, or before its end as it is now."""
    consumer.assign([at])
    consumer.seek(at, (await consumer.beginning_offsets([at]))[at])
    last = (await consumer.end_offsets([at]))[at] if end is None else end
    while await consumer.position(at) < last:
        for record in (await consumer.getmany(at, timeout_ms=POLL_MS)).get(at, []):
            if record.offset < last:
                yield record


async def _triggers(consumer: AIOKafkaConsumer, partition: int) -> tuple[Outputs, Outputs]:
    """All triggers, and those that stand there more than once."""
    found: Outputs = {}
    again: Outputs = {}
    async for record in records(consumer, TopicPartition(RISK_TRIGGERS.name, partition)):
        # What has no id is not of this service: it shows as a difference, by its place.
        foreign = b"no id, at offset %d" % record.offset
        id_ = dict(record.headers).get("ce_id", foreign).decode(errors="replace")
        value = record.value or b""
        if id_ in found:
            again[id_] = value
        found[id_] = value
    return found, again
