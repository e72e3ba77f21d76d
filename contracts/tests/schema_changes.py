"""A schema and changes of it: those that break somebody, with field and direction; the rest."""

import copy
from collections.abc import Callable
from typing import Any

from contracts.generate.normal_form import JsonSchema

SCHEMA: JsonSchema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:zarbia:schema:test.Woven.v1",
    "title": "Woven",
    "description": "A carpet was woven.",
    "type": "object",
    "properties": {
        "kind": {"$ref": "#/$defs/Kind"},
        "edition": {"type": "string", "const": "HS2022"},
        "code": {"type": "string", "pattern": "^[0-9]{6}$"},
        "on": {"type": "string", "format": "date"},
        "knots": {"type": "integer", "minimum": 0, "maximum": 100},
        "note": {"type": "string", "minLength": 1, "maxLength": 200},
        "lines": {
            "type": "array",
            "minItems": 1,
            "maxItems": 9,
            "items": {
                "type": "object",
                "properties": {"colour": {"type": "string", "maxLength": 20}},
                "required": ["colour"],
            },
        },
        "offsets": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
        "price": {"$ref": "#/$defs/Money"},
    },
    "required": ["kind", "edition", "code", "on", "knots", "lines", "offsets", "price"],
    "$defs": {
        "Kind": {"type": "string", "title": "Kind", "enum": ["knotted", "flat"]},
        "Money": {
            "type": "object",
            "properties": {
                "amount": {"type": "string", "pattern": "^[0-9]+$"},
                "currency": {"$ref": "#/$defs/Currency"},
            },
            "required": ["amount", "currency"],
        },
        "Currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    },
}
FIELDS = "properties"
LINE = ("properties", "lines", "items")
MONEY = ("$defs", "Money")
BOTH = {"backward", "forward"}

Change = Callable[[JsonSchema], object]


def at(schema: JsonSchema, *path: str) -> Any:
    for name in path:
        schema = schema[name]
    return schema


def put(*path: str, **keywords: object) -> Change:
    return lambda schema: at(schema, *path).update(keywords)


def drop(*path: str) -> Change:
    return lambda schema: at(schema, *path[:-1]).pop(path[-1])


def require(name: str, *path: str) -> Change:
    return lambda schema: at(schema, *path)["required"].append(name)


def free(name: str, *path: str) -> Change:
    return lambda schema: at(schema, *path)["required"].remove(name)


def both(*changes: Change) -> Change:
    return lambda schema: [change(schema) for change in changes]


def changed(change: Change) -> JsonSchema:
    schema = copy.deepcopy(SCHEMA)
    change(schema)
    return schema


BREAKS: dict[str, tuple[Change, str, set[str]]] = {
    "optional field removed": (drop(FIELDS, "note"), "note", {"backward"}),
    "required field removed": (both(drop(FIELDS, "knots"), free("knots")), "knots", BOTH),
    "field renamed": (
        lambda schema: schema[FIELDS].update(remark=schema[FIELDS].pop("note")),
        "note",
        {"backward"},
    ),
    "new required field": (
        both(put(FIELDS, dye={"type": "string"}), require("dye")),
        "dye",
        {"backward"},
    ),
    "unnamed field required": (require("ghost"), "ghost", {"backward"}),
    "optional made required": (require("note"), "note", {"backward"}),
    "required made optional": (free("knots"), "knots", {"forward"}),
    "type changed": (put(FIELDS, "knots", type="string"), "knots", BOTH),
    "type widened": (put(FIELDS, "knots", type="number"), "knots", {"forward"}),
    "null allowed": (put(FIELDS, "note", type=["string", "null"]), "note", {"forward"}),
    "type dropped": (drop(FIELDS, "note", "type"), "note", {"forward"}),
    "enum narrowed": (put("$defs", "Kind", enum=["flat"]), "kind", {"backward"}),
    "enum widened": (
        put("$defs", "Kind", enum=["knotted", "flat", "felt"]),
        "kind",
        {"forward"},
    ),
    "enum value renamed": (put("$defs", "Kind", enum=["knotted", "kilim"]), "kind", BOTH),
    "enum dropped": (drop("$defs", "Kind", "enum"), "kind", {"forward"}),
    "const changed": (put(FIELDS, "edition", const="HS2028"), "edition", BOTH),
    "const made an enum": (
        both(drop(FIELDS, "edition", "const"), put(FIELDS, "edition", enum=["HS2022", "HS2028"])),
        "edition",
        {"forward"},
    ),
    "pattern changed": (put(FIELDS, "code", pattern="^[0-9]{8}$"), "code", BOTH),
    "pattern dropped": (drop(FIELDS, "code", "pattern"), "code", BOTH),
    "pattern added": (put(FIELDS, "note", pattern="^x"), "note", BOTH),
    "format changed": (put(FIELDS, "on", format="date-time"), "on", BOTH),
    "format dropped": (drop(FIELDS, "on", "format"), "on", BOTH),
    "format added": (put(FIELDS, "note", format="uri"), "note", BOTH),
    "maximum lowered": (put(FIELDS, "knots", maximum=99), "knots", {"backward"}),
    "maximum raised": (put(FIELDS, "knots", maximum=101), "knots", {"forward"}),
    "minimum raised": (put(FIELDS, "knots", minimum=1), "knots", {"backward"}),
    "minimum dropped": (drop(FIELDS, "knots", "minimum"), "knots", {"forward"}),
    "multipleOf added": (put(FIELDS, "knots", multipleOf=5), "knots", {"backward"}),
    "maxLength narrowed": (put(FIELDS, "note", maxLength=199), "note", {"backward"}),
    "maxLength raised": (put(FIELDS, "note", maxLength=201), "note", {"forward"}),
    "minLength dropped": (drop(FIELDS, "note", "minLength"), "note", {"forward"}),
    "minItems raised": (put(FIELDS, "lines", minItems=2), "lines", {"backward"}),
    "maxItems raised": (put(FIELDS, "lines", maxItems=10), "lines", {"forward"}),
    "uniqueItems added": (put(FIELDS, "lines", uniqueItems=True), "lines", {"backward"}),
    "type in an item changed": (
        put(*LINE, FIELDS, "colour", type="integer"),
        "lines.items.colour",
        BOTH,
    ),
    "items dropped": (drop(*LINE), "lines", {"forward"}),
    "field of an item removed": (
        both(drop(*LINE, FIELDS, "colour"), free("colour", *LINE)),
        "lines.items.colour",
        BOTH,
    ),
    "field of an item narrowed": (
        put(*LINE, FIELDS, "colour", maxLength=19),
        "lines.items.colour",
        {"backward"},
    ),
    "new required field of an item": (
        both(put(*LINE, FIELDS, dye={"type": "string"}), require("dye", *LINE)),
        "lines.items.dye",
        {"backward"},
    ),
    "values of a map changed": (
        put(FIELDS, "offsets", "additionalProperties", type="string"),
        "offsets.additionalProperties",
        BOTH,
    ),
    "names of a map restricted": (
        put(FIELDS, "offsets", propertyNames={"maxLength": 3}),
        "offsets",
        {"backward"},
    ),
    "reader closed": (put(additionalProperties=False), "", {"backward"}),
    "nested definition: pattern": (
        put("$defs", "Currency", pattern="^[A-Z]{2}$"),
        "price.currency",
        BOTH,
    ),
    "nested definition: field required": (
        both(put(*MONEY, FIELDS, rate={"type": "string"}), require("rate", *MONEY)),
        "price.rate",
        {"backward"},
    ),
    "nested definition: field no longer required": (
        free("currency", *MONEY),
        "price.currency",
        {"forward"},
    ),
    "reference to another definition": (
        put(FIELDS, "kind", **{"$ref": "#/$defs/Currency"}),
        "kind",
        BOTH,
    ),
    "encoding added": (put(FIELDS, "note", contentEncoding="base64"), "note", BOTH),
    "extension added": (put(FIELDS, "note", **{"x-unit": "kg"}), "note", BOTH),
    "dependency added": (put(dependentRequired={"note": ["knots"]}), "", {"backward"}),
    "keyword beside a reference": (put(FIELDS, "kind", maxLength=4), "kind", {"backward"}),
    # In the rest a break is certain and its direction is not: both are named.
    "alternatives": (
        put(FIELDS, "note", anyOf=[{"minLength": 2}, {"pattern": "^x"}]),
        "note",
        BOTH,
    ),
    "negation added": (put(FIELDS, "note", **{"not": {"const": "x"}}), "note", BOTH),
    "id changed": (put(**{"$id": "urn:zarbia:schema:test.Woven.v2"}), "", BOTH),
}

HARMLESS: dict[str, Change] = {
    "nothing": lambda schema: None,
    "optional field added": put(FIELDS, dye={"type": "string", "pattern": "^x"}),
    "optional object added": put(FIELDS, loom={"$ref": "#/$defs/Money"}),
    "optional field of a definition added": put(*MONEY, FIELDS, rate={"type": "string"}),
    "optional field of an item added": put(*LINE, FIELDS, dye={"type": "string"}),
    "words changed": put(title="Carpet woven", description="Other words."),
    "words of a field changed": put(FIELDS, "note", description="Other words.", examples=["x"]),
    "enum in another order": put("$defs", "Kind", enum=["flat", "knotted"]),
    "required in another order": lambda schema: schema["required"].reverse(),
    "definition renamed": both(
        lambda schema: schema["$defs"].update(Sort=schema["$defs"].pop("Kind")),
        put(FIELDS, "kind", **{"$ref": "#/$defs/Sort"}),
    ),
    "definition written out": put(FIELDS, kind=SCHEMA["$defs"]["Kind"]),
    "const as enum": both(
        drop(FIELDS, "edition", "const"), put(FIELDS, "edition", enum=["HS2022"])
    ),
}
