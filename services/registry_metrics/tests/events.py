"""Events of the registry as records, for tests: made up, and the same every time."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import NAMESPACE_OID, uuid5

from chassis.outbox import event_id
from contracts.codec import KafkaRecord, to_kafka
from contracts.envelope import Envelope, source_of
from contracts.event import DayClosed, Event
from contracts.partitioner import partition_of
from contracts.registry import ProducerCorrected, ProducerMoved, ProducerRegistered
from contracts.topics import REGISTRY_PRODUCERS
from contracts.values import ProducerKind, WomenLed

TOPIC = REGISTRY_PRODUCERS.name
DAY = date(2026, 3, 2)
TIME = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


@dataclass(frozen=True)
class FakeRecord:
    """A Kafka record as the client gives it."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    partition: int
    topic: str = TOPIC
    timestamp: int = 0


def uuid_of(name: object) -> str:
    return str(uuid5(NAMESPACE_OID, str(name)))


def registered(
    region: str = "MA-03",
    *,
    chain: str = "carpets",
    kind: ProducerKind = ProducerKind.COOPERATIVE,
    women_led: WomenLed = WomenLed.UNKNOWN,
) -> ProducerRegistered:
    return ProducerRegistered(
        registered_on=DAY, kind=kind, region=region, women_led=women_led, chain=chain
    )


def moved(region: str) -> ProducerMoved:
    return ProducerMoved(moved_on=DAY, region=region)


def corrected(**stated: str | None) -> ProducerCorrected:
    return ProducerCorrected.model_validate(
        {"corrected_on": DAY, "reason": "typing-error", **stated}
    )


def record_of(event: Event, subject: str, ordinal: int | None) -> KafkaRecord:
    source, data = source_of(REGISTRY_PRODUCERS.owner), event.encode()
    return to_kafka(
        Envelope(
            id=event_id(source, subject, ordinal or 0, event.event_type(), data),
            source=source,
            type=event.event_type(),
            time=TIME,
            subject=subject,
            dataschema=event.dataschema(),
            data=data,
            partitionkey=None if ordinal is None else subject,
            sequence=ordinal,
        )
    )


def marker(through: date, previous: date | None, partition: int = 0) -> KafkaRecord:
    event = DayClosed(topic=TOPIC, previous=previous, through=through)
    return record_of(event, f"{TOPIC}/{partition}", None)


@dataclass
class Log:
    """The records of the topic, as the registry writes them, one after the other."""

    records: list[FakeRecord] = field(default_factory=list)

    def close(self, through: date, previous: date | None) -> "Log":
        return self._append(marker(through, previous), 0)

    def append(self, producer: str, ordinal: int, event: Event) -> "Log":
        partition = partition_of(producer, REGISTRY_PRODUCERS.partitions)
        return self._append(record_of(event, producer, ordinal), partition)

    def _append(self, record: KafkaRecord, partition: int) -> "Log":
        place = (record.key, record.value, tuple(record.headers), partition)
        self.records.append(FakeRecord(len(self.records), *place))
        return self
