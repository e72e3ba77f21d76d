"""The compatibility gate: what is released stays readable, and every kind of break is named."""

import json
from pathlib import Path

import pytest

from contracts.generate import compatibility
from contracts.generate.breaks import breaks, schema_breaks
from contracts.generate.compatibility import generated_schemas, release, released_schemas
from contracts.generate.normal_form import JsonSchema, normal_form
from contracts.tests.schema_changes import (
    BOTH,
    BREAKS,
    FIELDS,
    HARMLESS,
    SCHEMA,
    both,
    changed,
    drop,
    put,
    require,
)


def found(old: JsonSchema, new: JsonSchema) -> dict[str, set[str]]:
    """The directions of all breaks, by the path of the field."""
    directions: dict[str, set[str]] = {}
    for entry in schema_breaks("test.Woven.v1", old, new):
        directions.setdefault(entry.path, set()).add(entry.direction.value)
    return directions


@pytest.mark.parametrize("kind", BREAKS)
def test_a_break_is_named_with_field_and_direction(kind: str) -> None:
    change, path, directions = BREAKS[kind]
    named = found(SCHEMA, changed(change))
    assert named == {path: directions}


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_breaks_nobody_passes(kind: str) -> None:
    assert found(SCHEMA, changed(HARMLESS[kind])) == {}


def test_a_field_may_be_called_like_a_keyword() -> None:
    named = put(
        FIELDS, title={"type": "string"}, required={"type": "string"}, items={"type": "string"}
    )
    old = changed(named)
    new = changed(both(named, put(FIELDS, title={"type": "integer"}), drop(FIELDS, "items")))
    assert found(old, old) == {}
    assert found(old, new) == {"title": BOTH, "items": {"backward"}}


def test_several_breaks_are_named_together() -> None:
    new = changed(
        both(require("note"), put(FIELDS, "code", pattern="^x$"), drop(FIELDS, "offsets"))
    )
    assert found(SCHEMA, new).keys() == {"note", "code", "offsets"}


def test_a_released_schema_that_is_gone_is_a_break_and_a_new_one_is_none() -> None:
    named = breaks({"test.Woven.v1": SCHEMA}, {"test.Woven.v2": SCHEMA})
    assert [(entry.schema, entry.reason) for entry in named] == [
        ("test.Woven.v1", "released, and gone")
    ]


def test_a_schema_that_refers_to_itself_is_refused() -> None:
    loop = {
        "$ref": "#/$defs/Knot",
        "$defs": {"Knot": {"properties": {"next": {"$ref": "#/$defs/Knot"}}}},
    }
    with pytest.raises(ValueError, match="Knot refers to itself"):
        normal_form(loop)


def test_release_writes_what_is_compatible_and_nothing_else(tmp_path: Path) -> None:
    name = "test.Woven.v1"
    assert release({name: SCHEMA}, tmp_path) == []
    assert released_schemas(tmp_path) == {name: SCHEMA}

    broken = changed(require("note"))
    assert release({name: broken, "test.New.v1": SCHEMA}, tmp_path)
    assert released_schemas(tmp_path) == {name: SCHEMA}

    grown = changed(HARMLESS["optional field added"])
    assert release({name: grown, "test.New.v1": SCHEMA}, tmp_path) == []
    assert released_schemas(tmp_path) == {name: grown, "test.New.v1": SCHEMA}


def test_every_event_version_is_released() -> None:
    """Run ``python -m contracts.generate.compatibility --release`` for a new one."""
    assert released_schemas().keys() == generated_schemas().keys()


def test_everything_released_stays_readable() -> None:
    assert breaks(released_schemas(), generated_schemas()) == []
    assert compatibility.main([]) == 0


def test_the_command_fails_and_names_the_break(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = json.loads(json.dumps(generated_schemas()))
    broken["orders.OrderPaid.v1"]["required"].remove("method")
    monkeypatch.setattr(compatibility, "generated_schemas", lambda: broken)
    assert compatibility.main([]) == 1
    said = capsys.readouterr().err
    assert "orders.OrderPaid.v1" in said
    assert "method" in said
    assert "forward" in said
