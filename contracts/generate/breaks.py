"""What breaks between an event version as released and the same version as generated.

A closed writer (it writes no unknown field) is held against an open reader (it ignores them), in
both directions. See docs/adr/0001-compatibility-gate.md.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import jsoncompat

from contracts.generate.normal_form import JsonSchema, closed, normal_form

_ABSENT = object()
_FIELDS = ("properties", "required")
_INNER = ("items", "additionalProperties")
_DIRECTED = frozenset(
    {
        *("type", "enum", "items", "additionalProperties", "propertyNames", "dependentRequired"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
    }
)
"""Keywords of which jsoncompat 0.3.1 tells the direction rightly; the tests try each kind."""


class Direction(StrEnum):
    BACKWARD = "backward"
    """A reader of the new schema meets what was written under the released one."""
    FORWARD = "forward"
    """A reader of the released schema meets what is written under the new one."""


@dataclass(frozen=True, slots=True)
class Break:
    """`path` is the dotted path of the field; empty for the event itself."""

    schema: str
    path: str
    direction: Direction
    reason: str


def breaks(released: dict[str, JsonSchema], generated: dict[str, JsonSchema]) -> list[Break]:
    """All breaks of the released schemas, by schema name. A schema not yet released is none."""
    found: list[Break] = []
    for name, schema in sorted(released.items()):
        if name not in generated:
            found.append(Break(name, "", Direction.FORWARD, "released, and gone"))
        else:
            found += schema_breaks(name, schema, generated[name])
    return found


def schema_breaks(name: str, released: JsonSchema, generated: JsonSchema) -> list[Break]:
    """The breaks between two forms of one schema: field by field, and when none is found, whole."""
    old, new = normal_form(released), normal_form(generated)
    changes = list(_changes("", old, new)) or [
        ("", direction, "what is written would not be readable")
        for direction in _unreadable(old, new)
    ]
    return [Break(name, path, direction, reason) for path, direction, reason in changes]


_Change = tuple[str, Direction, str]


def _changes(path: str, old: JsonSchema, new: JsonSchema) -> Iterator[_Change]:
    yield from _fields(path, old, new)
    for keyword in sorted(old.keys() | new.keys()):
        before, after = old.get(keyword, _ABSENT), new.get(keyword, _ABSENT)
        if keyword in _FIELDS or before == after:
            continue
        if keyword in _INNER and isinstance(before, dict) and isinstance(after, dict):
            yield from _changes(f"{path}.{keyword}".lstrip("."), before, after)
        else:
            yield from _keyword(path, keyword, old, new)


def _fields(path: str, old: JsonSchema, new: JsonSchema) -> Iterator[_Change]:
    before, after = old.get("properties", {}), new.get("properties", {})
    was_required, is_required = set(old.get("required", [])), set(new.get("required", []))
    for name in sorted(before.keys() | after.keys() | was_required | is_required):
        inner = f"{path}.{name}".lstrip(".")
        if name in before and name not in after:
            yield inner, Direction.BACKWARD, "field removed: what was written is passed over"
        if name in was_required - is_required:
            yield inner, Direction.FORWARD, "field no longer required"
        if name in is_required - was_required:
            kind = "field now required" if name in before else "new field is required"
            yield inner, Direction.BACKWARD, kind
        if name in before and name in after:
            yield from _changes(inner, before[name], after[name])


def _keyword(path: str, keyword: str, old: JsonSchema, new: JsonSchema) -> Iterator[_Change]:
    """A changed keyword breaks at least one direction: both, where it cannot be told which."""
    reason = f"{keyword} changed from {_shown(old, keyword)} to {_shown(new, keyword)}"
    directions = _unreadable(*_alone(keyword, old, new)) if keyword in _DIRECTED else []
    for direction in directions or Direction:
        yield path, direction, reason


def _alone(keyword: str, old: JsonSchema, new: JsonSchema) -> tuple[JsonSchema, JsonSchema]:
    """Both schemas reduced to one keyword, and to their type if it is the same."""
    kept = {keyword, "type"} if old.get("type") == new.get("type") else {keyword}
    before, after = ({name: schema[name] for name in kept & schema.keys()} for schema in (old, new))
    return before, after


def _unreadable(old: JsonSchema, new: JsonSchema) -> list[Direction]:
    pairs = {Direction.BACKWARD: (old, new), Direction.FORWARD: (new, old)}
    return [direction for direction, pair in pairs.items() if not _readable(*pair)]


def _readable(writer: JsonSchema, reader: JsonSchema) -> bool:
    return jsoncompat.check_compat(_text(closed(writer)), _text(reader), "deserializer")


def _text(schema: JsonSchema) -> str:
    """jsoncompat refuses an `$id`; that it stays is seen by comparing it as a keyword."""
    return json.dumps({keyword: value for keyword, value in schema.items() if keyword != "$id"})


def _shown(schema: JsonSchema, keyword: str) -> str:
    return json.dumps(schema[keyword], ensure_ascii=False) if keyword in schema else "nothing"
