"""The official CloudEvents SDK reads what our codec writes, and the other way round."""

import json

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from contracts.codec import CONTENT_TYPE, from_kafka, to_kafka
from contracts.envelope import Envelope
from contracts.generate.example import Example
from contracts.generate.examples import examples

EXTENSIONS = ("partitionkey", "traceparent", "correlationid", "causationid")


def each_example() -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "example", examples(), ids=[example.event.schema_name() for example in examples()]
    )


def attributes_of(envelope: Envelope) -> dict[str, object]:
    sequence = None if envelope.sequence is None else f"{envelope.sequence:010d}"
    attributes = {
        "specversion": "1.0",
        "id": envelope.id,
        "source": envelope.source,
        "type": envelope.type,
        "time": envelope.time,
        "subject": envelope.subject,
        "dataschema": envelope.dataschema,
        "datacontenttype": CONTENT_TYPE,
        "sequence": sequence,
        **{name: getattr(envelope, name) for name in EXTENSIONS},
    }
    return {name: value for name, value in attributes.items() if value is not None}


@each_example()
def test_the_sdk_reads_what_we_write(example: Example) -> None:
    envelope = example.envelope()
    record = to_kafka(envelope)

    read = from_binary(KafkaMessage(dict(record.headers), record.key, record.value), JSONFormat())

    assert read.get_attributes() == attributes_of(envelope)
    assert read.get_data() == json.loads(envelope.data)


@each_example()
def test_we_read_what_the_sdk_writes(example: Example) -> None:
    envelope = example.envelope()

    message = to_binary(
        CloudEvent(attributes_of(envelope), json.loads(envelope.data)), JSONFormat()
    )
    key = message.key.encode() if isinstance(message.key, str) else message.key
    read = from_kafka(key, message.value, list(message.headers.items()))

    assert json.loads(read.data) == json.loads(envelope.data)
    assert attributes_of(read) == attributes_of(envelope)
    assert type(example.event).model_validate_json(read.data) == example.event
