"""A record as one line of JSON: a CloudEvent in structured mode, or byte for byte in base64.

A line of either form gives back every byte: what a CloudEvent would not give back is written in
the exact form.
"""

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

from console.recording.record import Record
from contracts.codec import CONTENT_TYPE, MalformedRecordError, from_kafka, to_kafka
from contracts.envelope import SEQUENCE_DIGITS, Envelope

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

_Partition = Annotated[int, msgspec.Meta(ge=0, le=(1 << 31) - 1)]
_Offset = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]
_Timestamp = Annotated[int, msgspec.Meta(ge=-1, le=(1 << 63) - 1)]
"""As Kafka's protocol has them; -1 is no time."""


class LineError(ValueError):
    """A line that is no record. The message says why."""


class _Event(
    msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True, forbid_unknown_fields=True
):
    """CloudEvents' JSON format, with the place in Kafka as extension attributes."""

    specversion: str
    id: str
    source: str
    type: str
    time: str
    subject: str
    dataschema: str
    datacontenttype: str
    partitionkey: str | None = None
    sequence: str | None = None
    correlationid: str | None = None
    causationid: str | None = None
    traceparent: str | None = None
    kafkatopic: str
    kafkapartition: _Partition
    kafkaoffset: _Offset
    kafkatime: str
    data: msgspec.Raw


class _Exact(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """`headers_base64` has name and value of each, in their order."""

    kafkatopic: str
    kafkapartition: _Partition
    kafkaoffset: _Offset
    kafkatimestamp: _Timestamp
    key_base64: str | None
    value_base64: str | None
    headers_base64: list[tuple[str, str | None]]


class _Kind(msgspec.Struct):
    """What only a CloudEvent has."""

    specversion: str = ""


_kind = msgspec.json.Decoder(_Kind)
_event = msgspec.json.Decoder(_Event)
_exact = msgspec.json.Decoder(_Exact)
_anything = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()


def encode(record: Record, *, exact: bool = False) -> bytes:
    """The line, with its end. Never fails; `exact` asks for base64 where JSON would do too."""
    line = None if exact else _as_event(record)
    return line or _encoder.encode(_exactly(record)) + b"\n"


def decode(line: bytes) -> Record:
    """The record of a line, with or without its end. Raises LineError."""
    try:
        if _kind.decode(line).specversion:
            return _from_event(_event.decode(line))
        return _from_exact(_exact.decode(line))
    except (ValueError, OverflowError) as error:
        raise LineError(str(error)) from error


def _as_event(record: Record) -> bytes | None:
    """None when the line would not give back the record byte for byte."""
    try:
        envelope = from_kafka(record.key, record.value, record.headers)
        line = _encoder.encode(_event_of(record, envelope))
        _anything.decode(envelope.data)
        if b"\n" not in line and _from_event(_event.decode(line)) == record:
            return line + b"\n"
    except (MalformedRecordError, ValueError, OverflowError):
        return None
    return None


def _event_of(record: Record, envelope: Envelope) -> _Event:
    sequence = envelope.sequence
    return _Event(
        specversion="1.0",
        id=envelope.id,
        source=envelope.source,
        type=envelope.type,
        time=envelope.time.isoformat(),
        subject=envelope.subject,
        dataschema=envelope.dataschema,
        datacontenttype=CONTENT_TYPE,
        partitionkey=envelope.partitionkey,
        sequence=None if sequence is None else f"{sequence:0{SEQUENCE_DIGITS}d}",
        correlationid=envelope.correlationid,
        causationid=envelope.causationid,
        traceparent=envelope.traceparent,
        kafkatopic=record.topic,
        kafkapartition=record.partition,
        kafkaoffset=record.offset,
        kafkatime=(_EPOCH + record.timestamp * _MILLISECOND).isoformat(timespec="milliseconds"),
        data=msgspec.Raw(envelope.data),
    )


def _from_event(event: _Event) -> Record:
    if (event.specversion, event.datacontenttype) != ("1.0", CONTENT_TYPE):
        raise LineError(f"is no CloudEvent 1.0 of {CONTENT_TYPE}")
    key, value, headers = to_kafka(
        Envelope(
            id=event.id,
            source=event.source,
            type=event.type,
            time=datetime.fromisoformat(event.time),
            subject=event.subject,
            dataschema=event.dataschema,
            data=bytes(event.data),
            partitionkey=event.partitionkey,
            sequence=None if event.sequence is None else int(event.sequence),
            traceparent=event.traceparent,
            correlationid=event.correlationid,
            causationid=event.causationid,
        )
    )
    recorded = datetime.fromisoformat(event.kafkatime)
    if recorded.tzinfo is None:
        raise LineError("kafkatime must have an offset from UTC")
    timestamp = (recorded - _EPOCH) // _MILLISECOND
    if timestamp < -1:
        raise LineError("kafkatime is before 1970")
    place = (event.kafkatopic, event.kafkapartition, event.kafkaoffset)
    return Record(*place, timestamp, key, value, tuple(headers))


def _exactly(record: Record) -> _Exact:
    return _Exact(
        kafkatopic=record.topic,
        kafkapartition=record.partition,
        kafkaoffset=record.offset,
        kafkatimestamp=record.timestamp,
        key_base64=_armoured(record.key),
        value_base64=_armoured(record.value),
        headers_base64=[(name, _armoured(raw)) for name, raw in record.headers],
    )


def _from_exact(exact: _Exact) -> Record:
    return Record(
        exact.kafkatopic,
        exact.kafkapartition,
        exact.kafkaoffset,
        exact.kafkatimestamp,
        _bare(exact.key_base64),
        _bare(exact.value_base64),
        tuple((name, _bare(text)) for name, text in exact.headers_base64),
    )


def _armoured(raw: bytes | None) -> str | None:
    return None if raw is None else b64encode(raw).decode()


def _bare(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text, validate=True)
