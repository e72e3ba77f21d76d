"""A line gives back its record byte for byte, and is a CloudEvent where it can be."""

import json
from typing import Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given

from console.recording.lines import LineError, decode, encode
from console.recording.record import Record
from console.tests.recorded import any_records, recorded_example
from contracts.catalogue import EVENTS
from contracts.event import Event


@given(any_records())
def test_every_record_comes_back(record: Record) -> None:
    for line in (encode(record), encode(record, exact=True)):
        assert line.count(b"\n") == 1
        assert decode(line) == record
        json.loads(line)  # and is JSON in UTF-8 to everybody


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.schema_name())
def test_what_the_platform_writes_is_a_cloud_event(event: type[Event]) -> None:
    record = recorded_example(event)
    read = JSONFormat().read(CloudEvent, encode(record))
    assert (read.get_type(), read.get_data()) == (
        event.event_type(),
        json.loads(record.value or b""),
    )
    line = json.loads(encode(record))
    assert line["specversion"] == "1.0"
    assert line["kafkatime"] == "2025-03-14T10:00:00.123+00:00"
    assert (line["kafkatopic"], line["kafkapartition"]) == (record.topic, record.partition)


@pytest.mark.parametrize(
    "changes",
    [
        {"value": None},
        {"value": b'{"a":\n1}'},
        {"value": b'{"a":"\xff"}'},
        {"value": b'1,"id":"other"'},
        {"key": b"other"},
        {"headers": ()},
        {"headers": (*recorded_example().headers, ("more", b"1"))},
        {"timestamp": 1 << 60},
    ],
)
def test_what_no_cloud_event_would_give_back_is_exact(changes: dict[str, Any]) -> None:
    record = recorded_example(**changes)
    line = encode(record)
    assert "value_base64" in json.loads(line)
    assert decode(line) == record


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "truncated"),
        (b"[]", "object"),
        (b"{}", "kafkatopic"),
        (encode(recorded_example())[:-9], "truncated"),
        (encode(recorded_example()).replace(b'"kafkaoffset":0', b'"kafkaoffset":"0"'), "kafkaoff"),
        (encode(recorded_example()).replace(b'"id"', b'"other":1,"id"'), "other"),
        (encode(recorded_example()).replace(b".123+00:00", b".123"), "offset from UTC"),
        (encode(recorded_example()).replace(b'"1.0"', b'"2.0"'), "CloudEvent 1.0"),
        (
            encode(recorded_example(), exact=True).replace(b'"key_base64":"', b'"key_base64":"*'),
            "base64",
        ),
    ],
)
def test_what_is_no_line_says_why(line: bytes, reason: str) -> None:
    with pytest.raises(LineError, match=reason):
        decode(line)
