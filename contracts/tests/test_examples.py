"""The committed schemas and examples serve a reader: each example is what the codec reads."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from contracts.catalogue import BY_TYPE, EVENTS
from contracts.codec import from_kafka, to_kafka
from contracts.event import Event
from contracts.generate.examples import example_of
from contracts.generate.schemas import schema_of
from contracts.partitioner import partition_of
from contracts.topics import TOPICS

ROOT = Path(__file__).parent.parent
PARTITIONS = {topic.name: topic.partitions for topic in TOPICS}
BY_KEY = {topic.name for topic in TOPICS if topic.has_day_markers and not topic.broadcast}
each_event = pytest.mark.parametrize("event", EVENTS, ids=[event.schema_name() for event in EVENTS])


def committed(folder: str, event: type[Event]) -> Any:
    return json.loads((ROOT / folder / f"{event.schema_name()}.json").read_text("utf-8"))


def validator(event: type[Event]) -> Draft202012Validator:
    return Draft202012Validator(committed("schemas", event), format_checker=FormatChecker(["date"]))


@each_event
def test_the_schema_is_one_and_names_itself(event: type[Event]) -> None:
    schema = committed("schemas", event)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == event.dataschema()
    assert schema["description"]
    assert "additionalProperties" not in {key for key, _ in objects(schema)}
    assert "null" not in json.dumps(schema)


def objects(part: Any) -> list[tuple[str, Any]]:
    """All keywords of all objects that name their fields."""
    if isinstance(part, list):
        return [found for item in part for found in objects(item)]
    if not isinstance(part, dict):
        return []
    own = list(part.items()) if "properties" in part else []
    return own + [found for value in part.values() for found in objects(value)]


@each_event
def test_the_example_is_valid(event: type[Event]) -> None:
    validator(event).validate(committed("examples", event)["value"])


@each_event
def test_the_example_is_what_the_codec_reads(event: type[Event]) -> None:
    example = committed("examples", event)
    key = None if example["key"] is None else example["key"].encode()
    headers = [(name, text.encode()) for name, text in example["headers"].items()]

    envelope = from_kafka(key, example["value_text"].encode(), headers)

    assert BY_TYPE[envelope.type] is event
    assert envelope.dataschema == event.dataschema()
    assert to_kafka(envelope).headers == headers
    assert json.loads(envelope.data) == example["value"]
    read = event.model_validate_json(envelope.data)
    assert read == example_of(event).event
    assert read.encode() == envelope.data


@each_event
def test_the_example_stands_in_a_partition_of_its_topic(event: type[Event]) -> None:
    example = committed("examples", event)
    assert 0 <= example["partition"] < PARTITIONS[example["topic"]]
    if example["topic"] in BY_KEY and "ce_sequence" in example["headers"]:
        assert example["partition"] == partition_of(example["key"], PARTITIONS[example["topic"]])


@each_event
def test_unknown_fields_are_passed_over(event: type[Event]) -> None:
    known = committed("examples", event)["value"]

    grown = with_unknown_fields(known)

    assert event.model_validate_json(json.dumps(grown)) == example_of(event).event
    if event.__name__ != "Cursor":  # its offsets are a map, in which every name is a topic
        validator(event).validate(grown)


def with_unknown_fields(part: Any) -> Any:
    if isinstance(part, dict):
        is_map = all("." in name for name in part)
        inner = {name: with_unknown_fields(value) for name, value in part.items()}
        return inner if is_map else {**inner, "of_a_later_version": {"any": [1, None]}}
    return [with_unknown_fields(item) for item in part] if isinstance(part, list) else part


@each_event
def test_schema_and_model_refuse_the_same(event: type[Event]) -> None:
    """A field of another type, or a required one that is missing, fails in both."""
    value = committed("examples", event)["value"]
    required = schema_of(event)["required"]
    for name in value:
        wrong = {**value, name: ["neither"]}
        missing = {other: part for other, part in value.items() if other != name}
        assert not validator(event).is_valid(wrong)
        assert validator(event).is_valid(missing) == (name not in required)
        with pytest.raises(ValueError, match=name):
            event.model_validate_json(json.dumps(wrong))


@each_event
def test_an_absent_field_is_left_out_not_null(event: type[Event]) -> None:
    assert b"null" not in example_of(event).event.encode()
    for name, field in event.model_fields.items():
        if field.default is None and not field.is_required():
            without = example_of(event).event.model_copy(update={name: None})
            assert name not in json.loads(without.encode())
            validator(event).validate(json.loads(without.encode()))
            assert event.model_validate_json(without.encode()) == without
