"""Of the data of an event the hot path takes nothing that the contract refuses."""

import json
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.json import decode as plain_decode
from msgspec.structs import fields
from pydantic import BaseModel, ValidationError

from contracts import exports
from contracts.codec import to_kafka
from contracts.event import Event
from contracts.generate.examples import example_of
from contracts.topic import Topic
from services.export_metrics.domain.events import Damaged
from services.export_metrics.reading import wire
from services.export_metrics.reading.data import READINGS
from services.export_metrics.reading.forms import scaled
from services.export_metrics.settings import INPUTS
from services.export_metrics.tests.events import FakeRecord, damaged, envelope
from services.export_metrics.tests.hot_path import EXAMPLES, SHIPMENT, plain

ALL_EXAMPLES = [
    *EXAMPLES,
    *(example_of(event).event for event in READINGS if event.owner != "exports"),
]
NASTY: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 0, 1.5, 10**16, 2**31, "", "x" * 41, "2026-3", "2026-03\n", "MA-13", "fr",
     "FR\n", "01", "1.0", "-1", "1e3", "NaN", "\u0661", "2026-02-30", "unknown", [], {}, "100.01"]
)  # fmt: skip


def contract_takes(event_class: type[Event], data: bytes) -> bool:
    """Whether the contract takes all that the fold uses of the data."""
    try:
        event_class.model_validate_json(data)
    except ValidationError as error:
        wrong = [tuple(map(str, problem["loc"])) for problem in error.errors()]
        return not any(path in USED[event_class] or not path for path in wrong)
    return True


def contract_takes_it_whole(event_class: type[Event], data: bytes) -> bool:
    try:
        event_class.model_validate_json(data)
    except ValidationError:
        return False
    return True


def hot_path_takes(event_class: type[Event], data: bytes) -> bool:
    topic, of = plain_record(event_class)
    return plain(replace(of, value=data), topic) is not None


@lru_cache
def plain_record(event_class: type[Event]) -> tuple[Topic, FakeRecord]:
    """An input topic, and a record of such an event as the topic's owner writes it."""
    (topic,) = [topic for topic in INPUTS if event_class in topic.events]
    key, value, headers = to_kafka(envelope(example_of(event_class).event, SHIPMENT, 1, topic))
    return topic, FakeRecord(0, key, value, tuple(headers))


def struct_of(event_class: type[Event]) -> Any:
    """The struct of an event has its name; one whose having happened says all has none."""
    return vars(wire).get(event_class.__name__, wire.Nothing)


@pytest.mark.parametrize("event_class", READINGS)
def test_the_structs_have_fields_of_the_contract(event_class: type[Event]) -> None:
    of_the_contract(event_class, struct_of(event_class))


def of_the_contract(model: type[BaseModel], struct: Any) -> None:
    """Each field of the struct is one of the model, and required just where it is there."""
    required = {f.name for f in fields(struct) if f.required}
    for name in struct.__struct_fields__:
        field = model.model_fields[name]
        assert field.is_required() == (name in required), (model, name)
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            of_the_contract(inner, wire.__dict__[inner.__name__])


def used(struct: Any, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """The paths of all fields of a struct, those of its parts included."""
    found: set[tuple[str, ...]] = set()
    for field in fields(struct):
        found.add((*path, field.name))
        for inner in (field.type, *getattr(field.type, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, Struct):
                found |= used(inner, (*path, field.name))
    return found


USED = {event: used(struct_of(event)) for event in READINGS}


@pytest.mark.parametrize("event", ALL_EXAMPLES)
def test_a_reading_looks_at_the_fields_of_its_struct_and_at_no_other(event: Event) -> None:
    """The checks below rest on it: of other fields the contract alone knows what is wrong."""
    looked_at = set()
    for path in paths(json.loads(event.encode())):
        data = json.loads(event.encode())
        *parents, name = path
        target = data
        for parent in parents:
            target = target[parent]
        target[name] = []
        if not hot_path_takes(type(event), json.dumps(data).encode()):
            looked_at.add(path)

    assert looked_at == set(paths(json.loads(event.encode()))) & USED[type(event)]


def paths(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The paths of all fields of a JSON object, parents included."""
    if not isinstance(value, dict):
        return [path]
    return [p for name in value for p in [(*path, name), *paths(value[name], (*path, name))]]


@st.composite
def mutated(draw: st.DrawFn) -> tuple[type[Event], bytes]:
    """An event with some of its fields replaced, removed or added."""
    event = draw(st.sampled_from(ALL_EXAMPLES))
    data = json.loads(event.encode())
    for _ in range(draw(st.integers(1, 2))):
        *parents, name = draw(st.sampled_from(paths(data) or [("new",)]))
        target = data
        for parent in parents:
            target = target.get(parent) if isinstance(target, dict) else None
        if not isinstance(target, dict):
            continue
        match draw(st.sampled_from(["replace", "replace", "remove", "add"])):
            case "replace":
                target[name] = draw(NASTY | st.text(max_size=12) | st.integers())
            case "remove":
                target.pop(name, None)
            case _:
                target[draw(st.text(max_size=5))] = draw(NASTY)
    return type(event), json.dumps(data).encode()


@given(mutated())
@example((exports.DeclarationCancelled, b'{"cancelled_on":"2026-03-02","reason":"x\\n"}'))
@example((exports.ShipmentDelivered, b'{"delivered_on":"2026-03-02","note":"\xff"}'))
def test_what_the_hot_path_takes_the_contract_takes(case: tuple[type[Event], bytes]) -> None:
    event_class, data = case

    if hot_path_takes(event_class, data):
        assert contract_takes(event_class, data)


@given(mutated())
def test_what_the_contract_takes_its_own_encoding_carries_to_the_fold(
    case: tuple[type[Event], bytes],
) -> None:
    event_class, data = case

    if contract_takes_it_whole(event_class, data):
        canonical = event_class.model_validate_json(data).encode()
        assert hot_path_takes(event_class, canonical)


@given(st.data())
def test_bytes_that_are_flipped_are_read_alike(data: st.DataObject) -> None:
    event = data.draw(st.sampled_from(ALL_EXAMPLES))
    raw = bytearray(event.encode())
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))

    if hot_path_takes(type(event), bytes(raw)):
        assert contract_takes(type(event), bytes(raw))


@pytest.mark.parametrize(
    ("text", "places", "number"),
    [("0", 3, 0), ("1.5", 3, 1_500), ("0.001", 3, 1), ("12", 2, 1_200), ("100.00", 2, 10_000)],
)
def test_decimals_are_scaled_exactly(text: str, places: int, number: int) -> None:
    assert scaled(text, places) == number


def test_a_percentage_is_counted_in_hundredths() -> None:
    assert READINGS[exports.ShipmentDamaged](damaged("12.5").encode()) == Damaged(1_250)
    assert plain_decode(damaged("12.5").encode())["damage_percent"] == "12.5"
