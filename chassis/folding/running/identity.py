"""Whether a topic is still the log that was folded.

It is that topic of that cluster, by their ids, and has the last record where that was.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.folding.ledger.identity import LastRecord, last_record
from chassis.folding.ledger.logs import LogId
from chassis.folding.ledger.store import Input, Ledger
from chassis.folding.publishing.log import reading
from chassis.folding.running.topic_ids import log_ids
from chassis.reader.quarantine import Record
from contracts.problem import Problem

POLL_MS = 500
FETCH_BYTES = 65_536
_CUT = Problem(
    "offset_not_in_log", "", "the log was cut or made anew: it no longer has the last record folded"
)
OFFSET_GONE = Problem(
    "offset_not_in_log", "", "the log was cut or made anew: it no longer has this offset"
)
_OTHER = Problem(
    "log_is_another",
    "",
    "the log was made anew: another record stands where the last one folded was",
)
_ANEW = Problem(
    "topic_is_another", "", "the log was made anew: the topic has another id than the one folded"
)
Strange = dict[TopicPartition, Problem]


class Folded(Protocol):
    """What was folded of some topics of a partition number: a ledger, or a snapshot of one."""

    @property
    def partition(self) -> int: ...
    @property
    def inputs(self) -> Mapping[str, Input]: ...
    @property
    def logs(self) -> Mapping[str, LogId]: ...


async def check_logs(bootstrap: str, ledgers: Iterable[Ledger]) -> Strange:
    """As `strange_logs`, and the others are noted in their ledgers to be what is folded there."""
    ledgers = list(ledgers)
    ids = await log_ids(bootstrap, {name for ledger in ledgers for name in ledger.fold.sources()})
    strange = await strange_logs(bootstrap, ledgers, ids)
    for ledger in ledgers:
        ledger.logs.note(
            {
                name: id_
                for name, id_ in ids.items()
                if TopicPartition(name, ledger.partition) not in strange
            }
        )
    return strange


async def strange_logs(
    bootstrap: str, folded: Iterable[Folded], ids: Mapping[str, LogId]
) -> Strange:
    """The inputs that are not what was folded; `ids` are those of the topics as they are now."""
    strange: Strange = {}
    known_by_id: dict[TopicPartition, Input] = {}
    for one in folded:
        for topic, input_ in one.inputs.items():
            at = TopicPartition(topic, one.partition)
            if problem := _other_log(one.logs.get(topic), ids.get(topic)):
                strange[at] = problem
            elif input_.next_offset:
                known_by_id[at] = input_
    return strange | await _strange_records(bootstrap, known_by_id)


def _other_log(folded: LogId | None, now: LogId | None) -> Problem | None:
    if folded is None or now is None or folded == now:
        return None
    if folded.cluster != now.cluster:
        which = f"what was folded is of the cluster {folded.cluster}, and this is {now.cluster}"
        return Problem("cluster_is_another", "", f"the log is that of another cluster: {which}")
    return _ANEW


async def _strange_records(bootstrap: str, folded: Mapping[TopicPartition, Input]) -> Strange:
    if not folded:
        return {}
    async with reading(bootstrap, max_partition_fetch_bytes=FETCH_BYTES) as consumer:
        ends = await consumer.end_offsets(list(folded))
        beyond = {at for at, input_ in folded.items() if ends[at] < input_.next_offset}
        wanted = {
            at: input_.last for at, input_ in folded.items() if input_.last and at not in beyond
        }
        found = await _first_records(consumer, wanted, ends)
    return (
        dict.fromkeys(beyond, OFFSET_GONE)
        | dict.fromkeys(wanted.keys() - found.keys(), _CUT)
        | {at: _OTHER for at, record in found.items() if last_record(record) != wanted[at]}
    )


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
