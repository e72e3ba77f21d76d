"""A JSON Schema in a form in which two versions of it can be compared keyword by keyword."""

import json
from typing import Any

JsonSchema = dict[str, Any]

ANNOTATIONS = frozenset(
    {"$schema", "$defs", "$comment", "title", "description", "examples", "default", "deprecated"}
)
_NAMED = ("properties", "patternProperties", "dependentSchemas")
_LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLE = (
    "items",
    "additionalProperties",
    "propertyNames",
    "contains",
    "not",
    "if",
    "then",
    "else",
)
_UNORDERED = ("required", "enum", "type")


def normal_form(schema: JsonSchema) -> JsonSchema:
    """The schema without words, its references resolved, sets sorted, a `const` as an `enum`.

    References are resolved since jsoncompat 0.3.1 overlooks a keyword that stands beside one.
    Raises: ValueError for a schema that refers to itself, which no event needs.
    """
    return _normal(schema, schema.get("$defs", {}), ())


def _normal(schema: JsonSchema, definitions: JsonSchema, inside: tuple[str, ...]) -> JsonSchema:
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        if name in inside:
            raise ValueError(f"the definition {name} refers to itself")
        rest = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
        return _normal(definitions[name] | rest, definitions, (*inside, name))

    def normal(part: Any) -> Any:
        return _normal(part, definitions, inside) if isinstance(part, dict) else part

    form: JsonSchema = {}
    for keyword, value in schema.items():
        if keyword in ANNOTATIONS:
            continue
        if keyword in _NAMED:
            form[keyword] = {name: normal(part) for name, part in value.items()}
        elif keyword in _LISTED:
            form[keyword] = [normal(part) for part in value]
        elif keyword in _SINGLE:
            form[keyword] = normal(value)
        elif keyword == "const":
            form["enum"] = [value]
        else:
            unordered = keyword in _UNORDERED and isinstance(value, list)
            form[keyword] = sorted(value, key=json.dumps) if unordered else value
    return form


def closed(schema: JsonSchema) -> JsonSchema:
    """What a writer of exactly this schema writes: no object holds a field that is not named."""
    form = {keyword: _closed(value) for keyword, value in schema.items()}
    if "properties" in schema:
        form["properties"] = {name: closed(part) for name, part in schema["properties"].items()}
        form.setdefault("additionalProperties", False)
    return form


def _closed(value: Any) -> Any:
    if isinstance(value, dict):
        return closed(value)
    return [_closed(item) for item in value] if isinstance(value, list) else value
