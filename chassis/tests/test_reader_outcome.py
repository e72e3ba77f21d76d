"""What a record is to a reader: not for it, readable, broken, or a reason to stop."""

from collections.abc import Callable

import pytest

from chassis.outbox import encode
from chassis.reader.outcome import Broken, Outcome, Readable, Skipped, Stopped, read
from chassis.tests.counters import TOPIC, Counted, Forgotten, around
from contracts.event import Event

Headers = dict[str, bytes]


def record(event: Event | None = None) -> tuple[bytes, bytes, Headers]:
    """Key, value and headers of an event as our own writers write it."""
    (written,) = encode(
        [event or Counted(by=1)],
        topic=TOPIC,
        subject="a",
        partition_key="a",
        after=0,
        circumstances=around(),
    )
    headers = {name: text.encode() for name, text in written.headers.items()}
    return b"a", written.value, headers


def outcome(key: bytes | None, value: bytes | None, headers: Headers) -> Outcome:
    return read(key, value, list(headers.items()), topic=TOPIC, wanted=[Counted])


def codes(found: Outcome) -> list[str]:
    assert isinstance(found, Broken)
    return [problem.code for problem in found.problems]


def test_what_is_wanted_is_readable() -> None:
    found = outcome(*record())

    assert isinstance(found, Readable)
    assert found.event == Counted(by=1)
    assert found.envelope.sequence == 1


def test_a_known_event_that_is_not_wanted_is_skipped() -> None:
    found = outcome(*record(Forgotten()))

    assert isinstance(found, Skipped)
    assert found.envelope.sequence == 1, "its ordinal advances all the same"


def test_what_is_not_wanted_may_hold_anything() -> None:
    key, _, headers = record(Forgotten())
    assert isinstance(outcome(key, b"not json", headers), Skipped)


def test_unknown_fields_are_ignored() -> None:
    key, _, headers = record()
    assert isinstance(outcome(key, b'{"by":1,"new":true}', headers), Readable)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"by":' + b"9" * 5000 + b"}",
        b'{"by":NaN}',
        b'{"by":"\\ud800"}',
        b"{}",
        b"null",
    ],
)
def test_malformed_data_is_broken(value: bytes) -> None:
    key, _, headers = record()
    found = outcome(key, value, headers)

    assert isinstance(found, Broken)
    assert found.stage == "data"
    assert found.problems


def test_a_tombstone_is_broken() -> None:
    key, _, headers = record()
    assert codes(outcome(key, None, headers)) == ["tombstone"]


@pytest.mark.parametrize(
    "name", ["ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_sequence"]
)
def test_a_missing_header_is_named(name: str) -> None:
    key, value, headers = record()
    del headers[name]

    found = outcome(key, value, headers)

    assert codes(found) == ["header_missing"]
    assert isinstance(found, Broken)
    assert found.stage == "envelope"
    assert found.problems[0].field == name


def test_without_any_header_everything_that_is_missing_is_named() -> None:
    found = outcome(None, b"{}", {})
    assert isinstance(found, Broken)
    missing = {p.field for p in found.problems if p.code == "header_missing"}
    assert missing >= {"ce_id", "ce_source", "ce_type", "ce_time", "ce_subject"}


def _set(name: str, raw: bytes) -> Callable[[Headers], None]:
    return lambda headers: headers.update({name: raw})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_set("ce_id", b"\xff"), "header_not_utf8"),
        (_set("ce_subject", b"\xc3\x28"), "header_not_utf8"),
        (_set("ce_time", b"yesterday"), "header_malformed"),
        (_set("ce_time", b"2025-06-30T12:00:00"), "header_malformed"),
        (_set("ce_time", b"2025-02-30T12:00:00Z"), "header_malformed"),
        (_set("ce_sequence", b"0"), "header_malformed"),
        (_set("ce_sequence", b"\xd9\xa1"), "header_malformed"),
        (_set("ce_id", b"x" * 5000), "header_malformed"),
        (_set("ce_specversion", b"0.3"), "header_malformed"),
        (_set("content-type", b"text/plain"), "header_malformed"),
        (_set("ce_type", b"ma.zarbia.counting.Guessed.v1"), "type_unknown"),
        (_set("ce_type", b"com.example.thing"), "type_unknown"),
        (_set("ce_type", b"ma.zarbia.other.Counted.v2"), "type_unknown"),
    ],
)
def test_a_bad_header_is_broken(change: Callable[[Headers], None], expected: str) -> None:
    key, value, headers = record()
    change(headers)
    assert codes(outcome(key, value, headers)) == [expected]


def test_a_doubled_header_is_broken() -> None:
    key, value, headers = record()
    doubled = [*headers.items(), ("ce_id", b"another")]

    found = read(key, value, doubled, topic=TOPIC, wanted=[Counted])

    assert codes(found) == ["header_doubled"]


@pytest.mark.parametrize("key", [None, b"", b"b", b"\xff"])
def test_another_key_than_the_stated_one_is_broken(key: bytes | None) -> None:
    _, value, headers = record()
    assert codes(outcome(key, value, headers)) == ["key_mismatch"]


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("ce_type", b"ma.zarbia.counting.Counted.v2", "version_newer"),
        ("ce_source", b"urn:zarbia:someone", "source_unknown"),
    ],
)
def test_a_deployment_fault_stops_the_partition(name: str, raw: bytes, code: str) -> None:
    key, value, headers = record()
    headers[name] = raw

    found = outcome(key, value, headers)

    assert isinstance(found, Stopped)
    assert found.problem.code == code
