"""JSON Schemas (2020-12) of the events, as a reader in any language needs them.

Objects are open: a reader ignores what it does not know. A field is required when a writer always
writes it; one that may be absent is left out, never null.
"""

import inspect
from typing import Any, cast

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from contracts.event import Event

DIALECT = "https://json-schema.org/draft/2020-12/schema"

JsonSchema = dict[str, Any]


class _ReaderSchema(GenerateJsonSchema):
    """Pydantic's schemas, with absence in place of null and of defaults."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchema:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchema:
        return self.generate_inner(schema["schema"])

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        inner = cast("JsonSchema", field["schema"])
        return inner["type"] != "default" or inner.get("default") is not None

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def schema_of(event: type[Event]) -> JsonSchema:
    """The schema of an event version. Its `$id` is what the envelope's `dataschema` says."""
    body = event.model_json_schema(schema_generator=_ReaderSchema)
    body |= {"title": event.__name__, "description": inspect.cleandoc(event.__doc__ or "")}
    first = ("title", "description", "type")
    return {
        "$schema": DIALECT,
        "$id": event.dataschema(),
        **{name: body[name] for name in first},
        **{name: part for name, part in body.items() if name not in (*first, "$defs")},
        **({"$defs": body["$defs"]} if "$defs" in body else {}),
    }
