"""The AsyncAPI document passes its official parser, and a broken one does not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.catalogue import EVENTS
from contracts.generate.artefacts import CONTRACTS
from contracts.generate.asyncapi_parser import errors_of, main
from contracts.topics import TOPICS

DOCUMENT = CONTRACTS / "asyncapi.yaml"


@pytest.fixture
def document() -> Any:
    return yaml.safe_load(DOCUMENT.read_text("utf-8"))


def test_the_official_parser_has_nothing_against_it() -> None:
    assert errors_of(DOCUMENT) == []
    assert main([]) == 0


def break_version(document: Any) -> None:
    document["asyncapi"] = "9.9.9"


def break_reference(document: Any) -> None:
    document["channels"]["orders.orders.v1"]["messages"]["lost"] = {"$ref": "#/components/none"}


def break_action(document: Any) -> None:
    document["operations"]["orders.send.orders.orders.v1"]["action"] = "shout"


def break_payload(document: Any) -> None:
    document["components"]["schemas"]["orders.OrderPaid.v1"]["type"] = "strung"


@pytest.mark.parametrize("harm", [break_version, break_reference, break_action, break_payload])
def test_a_broken_document_fails(
    document: Any, harm: Callable[[Any], None], tmp_path: Path
) -> None:
    harm(document)
    broken = tmp_path / "broken.yaml"
    broken.write_text(yaml.safe_dump(document), "utf-8")
    assert errors_of(broken)
    assert main([str(broken)]) == 1


def test_no_document_fails(tmp_path: Path) -> None:
    assert errors_of(tmp_path / "absent.yaml")


def test_every_topic_is_a_channel_as_the_catalogue_has_it(document: Any) -> None:
    assert document["channels"].keys() == {topic.name for topic in TOPICS}
    for topic in TOPICS:
        channel = document["channels"][topic.name]
        kafka = channel["bindings"]["kafka"]
        assert kafka["partitions"] == topic.partitions
        assert kafka["topicConfiguration"]["cleanup.policy"] == [topic.cleanup.value]
        assert kafka["topicConfiguration"]["retention.ms"] == topic.retention_ms
        assert channel["x-owner"] == topic.owner
        assert {entry["reader"] for entry in channel["x-readers"]} == topic.readers.keys()
        assert f"{topic.owner}.send.{topic.name}" in document["operations"]
        for reader in topic.readers:
            assert f"{reader}.receive.{topic.name}" in document["operations"]


def test_every_event_is_a_message_with_its_example(document: Any) -> None:
    messages = document["components"]["messages"]
    for event in EVENTS:
        message = messages[event.schema_name()]
        assert message["name"] == event.event_type()
        assert message["examples"][0]["headers"]["ce_type"] == event.event_type()
