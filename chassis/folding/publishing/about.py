"""What is said about a day as a record: everything of it derives from what it says."""

from datetime import UTC, date, datetime, time

from chassis.outbox import event_id
from contracts.codec import KafkaRecord, to_kafka
from contracts.envelope import Envelope
from contracts.event import Event


def about_a_day(source: str, event: Event, key: str, day: date) -> KafkaRecord:
    """The record of an event that has no other time than the beginning of its day, in UTC."""
    data = event.encode()
    return to_kafka(
        Envelope(
            id=event_id(source, key, 0, event.event_type(), data),
            source=source,
            type=event.event_type(),
            time=datetime.combine(day, time.min, UTC),
            subject=key,
            dataschema=event.dataschema(),
            data=data,
            partitionkey=key,
        )
    )
