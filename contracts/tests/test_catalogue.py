"""The catalogue of topics is whole: names, owners, readers, quarantines, events."""

import pytest

from contracts import (
    export_metrics,
    exports,
    insurance,
    nation,
    notifications,
    orders,
    registry,
    registry_metrics,
)
from contracts.catalogue import BY_TYPE, EVENTS
from contracts.envelope import parse_type
from contracts.event import Event
from contracts.topic import DEFAULT_PARTITIONS, Cleanup, Topic
from contracts.topics import CONTROL, TOPICS, owned_by, quarantine_of

MODULES = (
    registry,
    orders,
    exports,
    insurance,
    notifications,
    export_metrics,
    nation,
    registry_metrics,
)
BY_NAME = {topic.name: topic for topic in TOPICS}
each_topic = pytest.mark.parametrize("topic", TOPICS, ids=list(BY_NAME))


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(TOPICS)
    assert len(BY_TYPE) == len(EVENTS)
    assert len({event.schema_name() for event in EVENTS}) == len(EVENTS)


@each_topic
def test_a_topic_is_named_after_its_owner(topic: Topic) -> None:
    assert topic.name.startswith(f"{topic.owner}.")
    assert topic in owned_by(topic.owner)
    assert topic.summary
    assert topic.key


@each_topic
def test_its_events_are_its_owners(topic: Topic) -> None:
    assert {event.owner for event in topic.events} <= {
        topic.owner,
        *(event.owner for event in CONTROL),
    }


@each_topic
def test_every_reader_has_a_quarantine_of_its_own(topic: Topic) -> None:
    for reader, quarantine in topic.readers.items():
        assert quarantine == quarantine_of(reader)
        assert BY_NAME[quarantine].owner == reader
        assert not BY_NAME[quarantine].events


def test_every_quarantine_has_its_reader() -> None:
    wanted = {quarantine for topic in TOPICS for quarantine in topic.readers.values()}
    assert {topic.name for topic in TOPICS if ".quarantine." in topic.name} == wanted


def test_input_topics_keep_everything_in_the_same_number_of_partitions() -> None:
    inputs = [topic for topic in TOPICS if topic.has_day_markers]
    assert len(inputs) == 5
    for topic in inputs:
        assert topic.partitions == DEFAULT_PARTITIONS
        assert topic.cleanup is Cleanup.DELETE
        assert topic.configuration()["retention.ms"] == "-1"
        assert topic.configuration()["cleanup.policy"] == "delete"


def test_every_event_that_is_defined_is_in_a_topic() -> None:
    defined = {
        value
        for module in MODULES
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Event) and hasattr(value, "owner")
    }
    bases = {
        value for value in defined if any(other in value.__subclasses__() for other in defined)
    }
    assert defined - bases | set(CONTROL) == set(EVENTS)


@pytest.mark.parametrize("event", EVENTS, ids=[event.schema_name() for event in EVENTS])
def test_an_event_has_a_name_that_can_be_taken_apart(event: type[Event]) -> None:
    name = parse_type(event.event_type())
    assert name is not None
    assert (name.owner, name.name, name.version) == (event.owner, event.__name__, event.version)
    assert event.__doc__


@pytest.mark.parametrize(
    "foreign",
    ["", "ma.zarbia.exports.ShipmentLost", "ma.zarbia.exports.ShipmentLost.v0", "com.x.Y.v1"],
)
def test_a_foreign_type_is_none_of_ours(foreign: str) -> None:
    assert parse_type(foreign) is None
