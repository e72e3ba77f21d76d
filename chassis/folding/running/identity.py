"""Whether a topic is still the log that was folded: it has the last record where it was."""

from collections.abc import Iterable, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.folding.ledger.identity import LastRecord, last_record
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.log import reading
from chassis.reader.quarantine import Record
from contracts.problem import Problem

POLL_MS = 500
FETCH_BYTES = 65_536
_CUT = Problem(
    "offset_not_in_log", "", "the log was cut or made anew: it no longer has the last record folded"
)
_OTHER = Problem(
    "log_is_another",
    "",
    "the log was made anew: another record stands where the last one folded was",
)


async def strange_logs(bootstrap: str, ledgers: Iterable[Ledger]) -> dict[TopicPartition, Problem]:
    """The inputs of these ledgers that are not what was folded."""
    wanted = {
        TopicPartition(topic, ledger.partition): input_.last
        for ledger in ledgers
        for topic, input_ in ledger.inputs.items()
        if input_.last is not None
    }
    if not wanted:
        return {}
    async with reading(bootstrap, max_partition_fetch_bytes=FETCH_BYTES) as consumer:
        ends = await consumer.end_offsets(list(wanted))
        there = {at: last for at, last in wanted.items() if ends[at] > last.offset}
        found = await _first_records(consumer, there, ends)
    return dict.fromkeys(wanted.keys() - found.keys(), _CUT) | {
        at: _OTHER for at, record in found.items() if last_record(record) != wanted[at]
    }


async def _first_records(
    consumer: AIOKafkaConsumer,
    at_offsets: Mapping[TopicPartition, LastRecord],
    ends: Mapping[TopicPartition, int],
) -> dict[TopicPartition, Record]:
    """The first record of each partition from an offset on; without those that have none there."""
    found: dict[TopicPartition, Record] = {}
    left = dict(at_offsets)
    while left:
        consumer.assign(list(left))
        for at, last in left.items():
            consumer.seek(at, last.offset)
        batches = await consumer.getmany(timeout_ms=POLL_MS)
        for at, records in batches.items():
            found[at] = records[0]
            del left[at]
        if not batches:
            for at in list(left):
                if await consumer.position(at) >= ends[at]:  # markers of transactions, no records
                    del left[at]
    return found
