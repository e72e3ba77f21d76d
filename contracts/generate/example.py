"""A golden example: one event with its envelope, as it stands in Kafka, for readers to test on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from contracts.codec import to_kafka
from contracts.envelope import Envelope, source_of
from contracts.event import Event
from contracts.partitioner import partition_of
from contracts.topics import TOPICS


@dataclass(frozen=True, slots=True)
class Example:
    """An event, and what its envelope says.

    `sequence` is None for an event of no aggregate. `partition` is given where the key does not
    decide it: for what is written to every partition, or to the partition that it speaks of.
    """

    event: Event
    service: str
    topic: str
    subject: str
    key: str | None
    sequence: int | None
    time: datetime
    partition: int | None = None

    def envelope(self) -> Envelope:
        name = self.event.schema_name()
        trace = example_id(f"trace/{name}").replace("-", "")
        command = example_id(f"command/{name}")
        return Envelope(
            id=example_id(f"event/{name}"),
            source=source_of(self.service),
            type=self.event.event_type(),
            time=self.time,
            subject=self.subject,
            dataschema=self.event.dataschema(),
            data=self.event.encode(),
            partitionkey=self.key,
            sequence=self.sequence,
            traceparent=f"00-{trace}-{trace[:16]}-01",
            correlationid=command,
            causationid=command,
        )

    def partition_number(self) -> int:
        """The partition that the record stands in. Raises: ValueError when nothing decides it."""
        if self.partition is not None:
            return self.partition
        if self.key is None:
            raise ValueError(f"the example of {self.event.schema_name()} names no partition")
        return partition_of(self.key, _partitions_of(self.topic))

    def document(self) -> dict[str, Any]:
        """The record as a document: `value` as JSON to read, `value_text` byte for byte."""
        record = to_kafka(self.envelope())
        return {
            "topic": self.topic,
            "partition": self.partition_number(),
            "key": self.key,
            "headers": {name: raw.decode() for name, raw in record.headers},
            "value": self.event.model_dump(mode="json", exclude_none=True),
            "value_text": record.value.decode(),
        }


def example_id(name: str) -> str:
    """An opaque id that is the same on every run."""
    return str(uuid5(NAMESPACE_URL, f"urn:zarbia:example:{name}"))


def _partitions_of(topic: str) -> int:
    return next(known.partitions for known in TOPICS if known.name == topic)
