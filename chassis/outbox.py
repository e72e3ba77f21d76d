"""Events become records: encoded, addressed and checked before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from chassis.store import OutboxRecord
from contracts.codec import to_kafka
from contracts.envelope import SOURCE_PREFIX, Envelope, source_of
from contracts.event import Event
from contracts.partitioner import partition_of
from contracts.problem import Refusal, refused
from contracts.topic import Topic

MAX_EVENT_BYTES = 64 * 1024
EVENT_IDS = uuid5(NAMESPACE_URL, f"{SOURCE_PREFIX}events")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What surrounds a command: when it is carried out, when the fact happened, who asks and why.

    `idempotency_key` is None where the aggregate has a natural identity and the command creates it.
    `fingerprint` is a hash of what came in.
    """

    recorded_at: datetime
    occurred_at: datetime
    fingerprint: str
    idempotency_key: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None


def encode(
    events: Sequence[Event],
    *,
    topic: Topic,
    subject: str,
    partition_key: str,
    after: int,
    circumstances: Circumstances,
) -> tuple[OutboxRecord, ...]:
    """Records of the events that follow ordinal `after` in the aggregate `subject`.

    In the order of ordinals; on a broadcast topic each event has one record for every partition.

    Raises:
        RefusedError: an event is larger than MAX_EVENT_BYTES.
    """
    partitions = partitions_of(partition_key, topic)
    timestamp_ms = int(circumstances.recorded_at.timestamp() * 1000)
    records: list[OutboxRecord] = []
    for ordinal, event in enumerate(events, start=after + 1):
        data = event.encode()
        if len(data) > MAX_EVENT_BYTES:
            raise refused(
                Refusal.INVALID, "event_too_large", "", f"exceeds {MAX_EVENT_BYTES} bytes as event"
            )
        envelope = _envelope(event, data, topic, subject, partition_key, ordinal, circumstances)
        headers = {name: raw.decode() for name, raw in to_kafka(envelope).headers}
        records.extend(
            OutboxRecord(
                ordinal=ordinal,
                event_id=envelope.id,
                event_type=envelope.type,
                topic=topic.name,
                partition=partition,
                key=partition_key,
                timestamp_ms=timestamp_ms,
                headers=headers,
                value=data,
            )
            for partition in partitions
        )
    return tuple(records)


def partitions_of(key: str, topic: Topic) -> Sequence[int]:
    """The partitions of `topic` to which what has this key is written."""
    if topic.broadcast:
        return range(topic.partitions)
    return (partition_of(key, topic.partitions),)


def event_id(source: str, subject: str, ordinal: int, event_type: str, data: bytes) -> str:
    """The id of an event: the same for the same content in the same place, else another one."""
    name = f"{source}|{subject}|{ordinal}|{event_type}|{data.decode()}"
    return str(uuid5(EVENT_IDS, name))


def _envelope(
    event: Event,
    data: bytes,
    topic: Topic,
    subject: str,
    partition_key: str,
    ordinal: int,
    circumstances: Circumstances,
) -> Envelope:
    source = source_of(topic.owner)
    return Envelope(
        id=event_id(source, subject, ordinal, event.event_type(), data),
        source=source,
        type=event.event_type(),
        time=circumstances.occurred_at,
        subject=subject,
        dataschema=event.dataschema(),
        data=data,
        partitionkey=partition_key,
        sequence=ordinal,
        traceparent=circumstances.traceparent,
        correlationid=circumstances.correlation_id,
        causationid=circumstances.causation_id,
    )
