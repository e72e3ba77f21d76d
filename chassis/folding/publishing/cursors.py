"""The last committed cursor of a partition: how far its outputs are known to be out."""

from collections.abc import Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from chassis.folding.fold import Figures
from chassis.folding.ledger.logs import LogId
from chassis.folding.publishing.log import POLL_MS, reading
from chassis.reader.outcome import Readable, read
from contracts.event import Event
from contracts.topic import Topic

NEAR_THE_END = 64


class UnreadableCursorError(Exception):
    """The topic of cursors holds what this service did not write."""


async def last_cursor(
    bootstrap: str, figures: Figures, generation: int, partition: int, *, wait: bool = True
) -> Any | None:
    """The last cursor that was committed; None when there is none.

    It waits for transactions that are open. To be called after the partition's producer was
    started: that ended what a former owner left open, so that everything up to the present end is
    decided. Without `wait`, nothing from the first open one on is looked at.
    """
    topic, event = figures.cursors(generation), figures.cursor_type
    return await last_event(bootstrap, topic, partition, event, wait=wait)


def of_other_logs(cursor: Any | None, logs: Mapping[str, LogId]) -> str | None:
    """Why the offsets of a cursor are not those of these logs; None where they are, or where either
    does not say."""
    for topic, stated in ((cursor and cursor.logs) or {}).items():
        if topic in logs and logs[topic].text() != stated:
            return (
                f"{topic}: the log was made anew, or is that of another cluster: what is out rests "
                f"on {stated}, what was folded on {logs[topic].text()}"
            )
    return None


async def last_event(
    bootstrap: str, topic: Topic, partition: int, event: Any, *, wait: bool = True
) -> Any | None:
    """The last record that was committed, which is such an event; None when there is none.

    To be called as `last_cursor` is. Raises: UnreadableCursorError.
    """
    at = TopicPartition(topic.name, partition)
    end = await _end_of_all(bootstrap, at) if wait else None
    async with reading(bootstrap) as consumer:
        if end is None:
            end = (await consumer.end_offsets([at]))[at]
        beginning = (await consumer.beginning_offsets([at]))[at]
        consumer.assign([at])
        span = NEAR_THE_END
        while True:
            start = max(beginning, end - span)
            if found := await _last_record(consumer, at, start, end):
                return _decoded(found, topic, event)
            if start == beginning:
                return None
            span *= 16


async def _end_of_all(bootstrap: str, at: TopicPartition) -> int:
    """Behind all records, those of open transactions among them."""
    async with reading(bootstrap, "read_uncommitted") as consumer:
        return int((await consumer.end_offsets([at]))[at])


async def _last_record(
    consumer: AIOKafkaConsumer, at: TopicPartition, start: int, end: int
) -> "ConsumerRecord[bytes, bytes] | None":
    """The last record between two offsets. Waits while a transaction among them is open."""
    last = None
    consumer.seek(at, start)
    while await consumer.position(at) < end:
        batches = await consumer.getmany(at, timeout_ms=POLL_MS)
        for record in batches.get(at, []):
            last = record
    return last


def _decoded(
    record: "ConsumerRecord[bytes, bytes]", topic: Topic, cursor_type: type[Event]
) -> Event:
    outcome = read(record.key, record.value, record.headers, topic=topic, wanted=(cursor_type,))
    if isinstance(outcome, Readable) and isinstance(outcome.event, cursor_type):
        return outcome.event
    raise UnreadableCursorError(f"{record.topic}[{record.partition}]@{record.offset}: {outcome}")
