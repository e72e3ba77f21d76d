"""A record as one line of JSON: a CloudEvent in structured mode, or what there is in its place."""

import base64
import json
from typing import Any

from console.tail.entry import Entry

_PREFIX = "ce_"


def as_json(entry: Entry) -> str:
    """The line, without its end.

    Attributes and data as CloudEvents' JSON format has them, and as extensions where the record
    stands (`kafkatopic`, `kafkapartition`, `kafkaoffset`, `kafkatime`) and what a quarantine notes
    (`quarantinereason` and others). One that the platform's readers would not take has `problems`
    and all its `headers`.
    """
    document: dict[str, Any] = {
        name.removeprefix(_PREFIX): text
        for name, text in entry.headers.items()
        if name.startswith(_PREFIX)
    }
    if media_type := entry.headers.get("content-type"):
        document["datacontenttype"] = media_type
    document |= {
        "kafkatopic": entry.topic,
        "kafkapartition": entry.partition,
        "kafkaoffset": entry.offset,
        "kafkatime": entry.recorded.isoformat(timespec="milliseconds"),
    }
    document |= {f"quarantine{name}": text for name, text in entry.error.items()}
    if entry.problems:
        document["problems"] = [
            {"code": problem.code, "field": problem.field, "message": problem.message}
            for problem in entry.problems
        ]
        document["headers"] = dict(entry.headers)
    return json.dumps(document | _key(entry) | _data(entry), ensure_ascii=False)


def _key(entry: Entry) -> dict[str, str]:
    """The record's key where it is not the partition key, as it should be."""
    key = None if entry.key is None else entry.key.decode(errors="backslashreplace")
    return {} if key == entry.headers.get("ce_partitionkey") else {"kafkakey": key or ""}


def _data(entry: Entry) -> dict[str, Any]:
    if entry.has_data:
        return {"data": entry.data}
    if entry.value is None:
        return {}
    return {"data_base64": base64.b64encode(entry.value).decode()}
