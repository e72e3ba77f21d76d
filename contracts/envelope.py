"""The envelope around every event: CloudEvents 1.0 attributes and this project's extensions."""

import re
from dataclasses import dataclass
from datetime import datetime

from contracts.event import TYPE_PREFIX

SOURCE_PREFIX = "urn:zarbia:"
SEQUENCE_DIGITS = 10
_TYPE = re.compile(
    rf"{re.escape(TYPE_PREFIX)}\.(?P<owner>[a-z-]+)\.(?P<name>[A-Za-z]+)\.v(?P<version>[1-9][0-9]*)"
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event as it travels.

    `time` is when it happened; when it was recorded is the Kafka timestamp. `sequence` is the
    ordinal of the event in its aggregate `subject`, counted from 1; records that belong to no
    aggregate (day markers, contributions, cursors) have none. `partitionkey` is the record's key.
    """

    id: str
    source: str
    type: str
    time: datetime
    subject: str
    dataschema: str
    data: bytes
    partitionkey: str | None = None
    sequence: int | None = None
    traceparent: str | None = None
    correlationid: str | None = None
    causationid: str | None = None

    def __post_init__(self) -> None:
        if self.time.tzinfo is None:
            raise ValueError("time must have an offset from UTC")


@dataclass(frozen=True, slots=True)
class TypeName:
    """A CloudEvents type taken apart."""

    owner: str
    name: str
    version: int


def parse_type(event_type: str) -> TypeName | None:
    """Take ``ma.zarbia.exports.ShipmentLost.v1`` apart. None for a type that is not of ours."""
    match = _TYPE.fullmatch(event_type)
    if match is None:
        return None
    return TypeName(match["owner"], match["name"], int(match["version"]))


def source_of(service: str) -> str:
    """The CloudEvents source of a service, such as ``urn:zarbia:export-metrics``."""
    return SOURCE_PREFIX + service
