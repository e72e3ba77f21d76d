"""The AsyncAPI 3 document of the whole bus, built from the topic catalogue and the events."""

from typing import Any

from contracts.catalogue import EVENTS
from contracts.codec import CONTENT_TYPE
from contracts.envelope import SEQUENCE_DIGITS, SOURCE_PREFIX
from contracts.generate.example import Example
from contracts.generate.examples import example_of
from contracts.generate.schemas import JsonSchema, schema_of
from contracts.topic import Topic
from contracts.topics import TOPICS

KAFKA_BINDING = "0.5.0"
HEADERS = "CloudEventHeaders"
QUARANTINED = "Quarantined"


def asyncapi_document() -> dict[str, Any]:
    """The document. Shared values stand once, under `components/schemas`."""
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Zarbia event bus",
            "version": "1.0.0",
            "description": (
                "Events of Morocco's traditional-crafts export programme: CloudEvents 1.0 on "
                "Apache Kafka in binary mode. At least once, in order per subject; ce_sequence is "
                "the ordinal of an event in its subject. Readers ignore unknown fields."
            ),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": _operations(),
        "components": {
            "messages": {
                **{event.schema_name(): _message(example_of(event)) for event in EVENTS},
                QUARANTINED: _quarantined(),
            },
            "schemas": {HEADERS: _headers(), **_schemas()},
        },
    }


def _message_names(topic: Topic) -> list[str]:
    return [event.schema_name() for event in topic.events] or [QUARANTINED]


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": topic.summary,
        "messages": {name: _ref("messages", name) for name in _message_names(topic)},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": [topic.cleanup.value],
                    "retention.ms": topic.retention_ms,
                },
                "bindingVersion": KAFKA_BINDING,
            }
        },
        "x-owner": topic.owner,
        "x-key": topic.key,
        "x-day-markers": topic.has_day_markers,
        "x-broadcast": topic.broadcast,
        "x-readers": [
            {"reader": reader, "quarantine": quarantine}
            for reader, quarantine in sorted(topic.readers.items())
        ],
    }


def _operations() -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for topic in TOPICS:
        operations[f"{topic.owner}.send.{topic.name}"] = _operation("send", topic, topic.owner)
        for reader in sorted(topic.readers):
            operations[f"{reader}.receive.{topic.name}"] = _operation("receive", topic, reader)
    return operations


def _operation(action: str, topic: Topic, service: str) -> dict[str, Any]:
    verb = {"send": "writes", "receive": "reads"}[action]
    channel = f"#/channels/{topic.name}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "summary": f"{service} {verb} {topic.name}.",
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name in _message_names(topic)],
        "x-service": service,
    }


def _message(example: Example) -> dict[str, Any]:
    event = type(example.event)
    document = example.document()
    stated: JsonSchema = {
        "type": "object",
        "properties": {
            "ce_type": {"const": event.event_type()},
            "ce_dataschema": {"const": event.dataschema()},
        },
        "required": [
            "ce_dataschema",
            *(["ce_partitionkey"] if example.key is not None else []),
            *(["ce_sequence"] if example.sequence is not None else []),
        ],
    }
    bindings: dict[str, Any] = {"bindingVersion": KAFKA_BINDING}
    if example.key is not None:
        keys = {topic.key for topic in TOPICS if event in topic.events}
        bindings["key"] = {"type": "string", "description": ", or ".join(sorted(keys))}
    return {
        "name": event.event_type(),
        "title": event.__name__,
        "contentType": CONTENT_TYPE,
        "headers": {"allOf": [_ref("schemas", HEADERS), stated]},
        "payload": _ref("schemas", event.schema_name()),
        "bindings": {"kafka": bindings},
        "examples": [
            {
                "name": event.__name__,
                "headers": document["headers"],
                "payload": document["value"],
            }
        ],
    }


def _quarantined() -> dict[str, Any]:
    return {
        "name": QUARANTINED,
        "title": "A record that a reader could not read",
        "summary": "Key, value and headers as they were found; the reason in headers of its own.",
        "contentType": "application/octet-stream",
        "headers": {
            "type": "object",
            "description": "As found, and below __zarbia.error.: topic, partition, offset, stage, "
            "reason (codes, with commas between), message.",
            "patternProperties": {r"^__zarbia\.error\.": {"type": "string"}},
        },
        "bindings": {"kafka": {"bindingVersion": KAFKA_BINDING}},
    }


def _headers() -> JsonSchema:
    def text(description: str, **keywords: Any) -> JsonSchema:
        return {"type": "string", "description": description, **keywords}

    trace = "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"
    return {
        "title": HEADERS,
        "description": "CloudEvents 1.0 attributes and extensions, as UTF-8 text.",
        "type": "object",
        "properties": {
            "ce_specversion": text("version of CloudEvents", const="1.0"),
            "ce_id": text("id of the event; the same when it is sent again", minLength=1),
            "ce_source": text(
                "service that says it", pattern=f"^{SOURCE_PREFIX}[a-z]+(-[a-z]+)*$"
            ),
            "ce_type": text("event type and version", minLength=1),
            "ce_time": text(
                "when it happened; the record's timestamp is when it was recorded",
                format="date-time",
            ),
            "ce_subject": text("aggregate that it happened to", minLength=1),
            "ce_dataschema": text("$id of the JSON Schema of the value", format="uri"),
            "content-type": text("media type of the value", const=CONTENT_TYPE),
            "ce_partitionkey": text("the record's key"),
            "ce_sequence": text(
                "ordinal of the event in its subject, from 1",
                pattern=f"^[0-9]{{{SEQUENCE_DIGITS}}}$",
            ),
            "ce_correlationid": text("what all events of one request share"),
            "ce_causationid": text("command or event that caused this one"),
            "ce_traceparent": text("W3C trace context", pattern=trace),
            "traceparent": text("W3C trace context, for tools that do not know CloudEvents"),
        },
        "required": [
            "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject",
        ],
    }  # fmt: skip


def _schemas() -> dict[str, JsonSchema]:
    """Schemas of all events, and of the values that they share.

    Raises: ValueError when two events define a value of the same name differently.
    """
    values: dict[str, JsonSchema] = {}
    payloads: dict[str, JsonSchema] = {}
    for event in EVENTS:
        schema = _rebased(schema_of(event))
        for name, value in schema.pop("$defs", {}).items():
            if values.setdefault(name, value) != value:
                raise ValueError(f"{event.schema_name()} defines {name} unlike another event")
        payloads[event.schema_name()] = {
            name: part for name, part in schema.items() if name not in ("$schema", "$id")
        }
    return {**dict(sorted(values.items())), **payloads}


def _rebased(part: Any) -> Any:
    """References to the schema's own `$defs` become references into the document."""
    if isinstance(part, dict):
        return {
            name: value.replace("#/$defs/", "#/components/schemas/")
            if name == "$ref"
            else _rebased(value)
            for name, value in part.items()
        }
    return [_rebased(item) for item in part] if isinstance(part, list) else part


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}
