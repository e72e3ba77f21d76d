"""The fields of an event as rows of a table, taken from its JSON Schema."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from pydantic import TypeAdapter

from contracts import values
from contracts.generate.meanings import meaning_of

JsonSchema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One field. `path` has `[]` behind a list and `.*` for any name in a map."""

    path: str
    type: str
    required: bool
    meaning: str
    form: str


def rows_of(schema: JsonSchema) -> Iterator[Row]:
    """Every field of the schema, each before what is inside it."""
    return _fields(schema, schema.get("$defs", {}), "")


def _fields(schema: JsonSchema, definitions: JsonSchema, prefix: str) -> Iterator[Row]:
    required = schema.get("required", ())
    owner = schema.get("title", "")
    for name, stated in schema.get("properties", {}).items():
        part = _resolved(stated, definitions)
        meaning = stated.get("description") or meaning_of(owner, name)
        row = Row(
            path=prefix + name,
            type=_type(part, definitions),
            required=name in required,
            meaning=meaning or _sentence(part.get("description", "")),
            form=_form(part, definitions),
        )
        yield row
        inner, mark = part, "."
        if "items" in part:
            inner, mark = _resolved(part["items"], definitions), "[]."
        yield from _fields(inner, definitions, f"{prefix}{name}{mark}")


def _resolved(schema: JsonSchema, definitions: JsonSchema) -> JsonSchema:
    """The schema with its reference followed; what stands beside a reference goes first."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    return cast("JsonSchema", definitions[reference.removeprefix("#/$defs/")]) | {
        keyword: value for keyword, value in schema.items() if keyword != "$ref"
    }


def _type(schema: JsonSchema, definitions: JsonSchema) -> str:
    stated = schema.get("type", "any")
    if stated == "array":
        return f"list of {_type(_resolved(schema['items'], definitions), definitions)}"
    if "additionalProperties" in schema:
        inner = _resolved(schema["additionalProperties"], definitions)
        return f"map to {_type(inner, definitions)}"
    return " or ".join(stated) if isinstance(stated, list) else str(stated)


def _form(schema: JsonSchema, definitions: JsonSchema) -> str:
    if "items" in schema:
        least, most = schema.get("minItems", 0), schema.get("maxItems")
        inner = _form(_resolved(schema["items"], definitions), definitions)
        size = f"{least} to {most}" if most else f"at least {least}" if least else ""
        return ", ".join(filter(None, (size, inner)))
    if isinstance(schema.get("additionalProperties"), dict):
        return _form(_resolved(schema["additionalProperties"], definitions), definitions)
    return ", ".join(_constraints(schema))


def _constraints(schema: JsonSchema) -> Iterator[str]:
    if "const" in schema:
        yield f"`{schema['const']}`"
    if "enum" in schema:
        yield ", ".join(f"`{value}`" for value in schema["enum"])
    if "format" in schema:
        stated: str = schema["format"]
        yield _FORMATS.get(stated, stated)
    if "pattern" in schema:
        yield _WORDS.get(schema["pattern"]) or f"`{schema['pattern']}`"
    elif "maxLength" in schema:
        yield f"{schema.get('minLength', 0)} to {schema['maxLength']:,} characters"
    if "minimum" in schema or "maximum" in schema:
        yield _range(schema.get("minimum"), schema.get("maximum"))


def _range(least: int | None, most: int | None) -> str:
    if most is None:
        return f"from {least:,}"
    return f"up to {most:,}" if least is None else f"{least:,} to {most:,}"


def _sentence(description: str) -> str:
    """The first sentence of a docstring, in one line."""
    first = " ".join(description.split("\n\n", maxsplit=1)[0].split())
    return first.split(". ", maxsplit=1)[0].rstrip(".")


def _pattern(annotated: Any) -> str:
    pattern: str = TypeAdapter(annotated).json_schema()["pattern"]
    return pattern


_FORMATS = {"date": "day, `YYYY-MM-DD`", "date-time": "instant, RFC 3339"}

_WORDS = {
    _pattern(values.Id): "UUID in lower case",
    _pattern(values.Amount): "decimal, up to 15 digits and 20 decimals",
    _pattern(values.ExchangeRate): "decimal, up to 9 digits and 12 decimals",
    _pattern(values.QuantityValue): "decimal, up to 12 digits and 3 decimals",
    _pattern(values.Percent): "decimal from 0 to 100, up to 2 decimals",
    _pattern(values.CurrencyCode): "ISO 4217, such as `EUR`",
    _pattern(values.CountryCode): "ISO 3166-1 alpha-2, such as `FR`",
    _pattern(values.HsCode): "6 digits",
    _pattern(values.HsEdition): "such as `HS2022`",
    _pattern(values.RegionCode): "ISO 3166-2, `MA-01` to `MA-12`, or `unknown`",
    _pattern(values.Slug): "short word in lower case, up to 40 characters",
    _pattern(values.OfficeCode): "up to 20 letters, digits and `-`",
    _pattern(values.Reference): "up to 64 letters, digits and `._/-`",
    _pattern(values.Month): "month, `YYYY-MM`",
    _pattern(values.UnitCode): "up to 8 lower-case letters and digits",
}
"""What a pattern says, for people. One that is not here is shown as it is."""
