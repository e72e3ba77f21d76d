"""What is encoded is read back; what is malformed is refused with every reason named."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.codec import MalformedRecordError, from_kafka, to_kafka
from contracts.envelope import Envelope
from contracts.generate.examples import examples
from contracts.generate.examples_of_orders import COOPERATIVE

ENVELOPE = examples()[0].envelope()
RECORD = to_kafka(ENVELOPE)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
MINUTES = st.integers(-14 * 60, 14 * 60)
TIMES = st.datetimes(
    timezones=MINUTES.map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
ENVELOPES = st.builds(
    Envelope,
    id=TEXTS,
    source=TEXTS,
    type=TEXTS,
    time=TIMES,
    subject=TEXTS,
    dataschema=TEXTS,
    data=st.binary(max_size=100),
    partitionkey=st.none() | TEXTS | st.just(""),
    sequence=st.none() | st.integers(1, 2**31 - 1),
    traceparent=st.none() | TEXTS,
    correlationid=st.none() | TEXTS,
    causationid=st.none() | TEXTS,
)


def codes(
    changes: dict[str, bytes | None],
    value: bytes | None = RECORD.value,
    key: bytes | None = RECORD.key,
) -> dict[str, str]:
    """All problems of a record, code by field, with some headers replaced or (None) dropped."""
    changed = [(name, changes.get(name, raw)) for name, raw in RECORD.headers]
    kept = [(name, raw) for name, raw in changed if raw is not None]
    with pytest.raises(MalformedRecordError) as caught:
        from_kafka(key, value, kept)
    return {problem.field: problem.code for problem in caught.value.problems}


@given(ENVELOPES)
def test_what_is_encoded_is_read_back(envelope: Envelope) -> None:
    assert from_kafka(*to_kafka(envelope)) == envelope


def test_the_record_stands_in_headers_key_and_value() -> None:
    headers = dict(RECORD.headers)
    assert headers["ce_sequence"] == b"0000000001"
    assert headers["ce_traceparent"] == headers["traceparent"]
    assert RECORD.key == headers["ce_partitionkey"] == COOPERATIVE.encode()
    assert RECORD.value == ENVELOPE.data


def test_headers_of_others_are_passed_over() -> None:
    foreign = [("x-tool", b"\xff"), ("x-tool", b"twice")]
    assert from_kafka(RECORD.key, RECORD.value, [*RECORD.headers, *foreign]) == ENVELOPE


def test_a_tombstone_is_named() -> None:
    assert codes({}, value=None) == {"value": "tombstone"}


@pytest.mark.parametrize("name", ["ce_id", "ce_source", "ce_type", "ce_time", "ce_subject"])
@pytest.mark.parametrize("raw", [None, b""], ids=["absent", "empty"])
def test_a_missing_header_is_named(name: str, raw: bytes | None) -> None:
    assert codes({name: raw}) == {name: "header_missing"}


def test_a_header_that_is_not_utf8_is_named() -> None:
    assert codes({"ce_subject": b"F\xe8s"}) == {"ce_subject": "header_not_utf8"}


def test_a_doubled_header_is_named() -> None:
    with pytest.raises(MalformedRecordError, match="ce_id: stands twice") as caught:
        from_kafka(RECORD.key, RECORD.value, [*RECORD.headers, ("ce_id", b"another")])
    assert [problem.code for problem in caught.value.problems] == ["header_doubled"]


def test_a_header_without_bytes_is_named() -> None:
    headers = [(name, None if name == "ce_id" else raw) for name, raw in RECORD.headers]
    with pytest.raises(MalformedRecordError, match="ce_id: is empty or too long"):
        from_kafka(RECORD.key, RECORD.value, headers)


@pytest.mark.parametrize(
    "raw",
    [b"0", b"-1", b"1.0", b"one", b"12345678901", b"\xd9\xa1", b" 1", b"0000000000"],
)
def test_a_bad_sequence_is_named(raw: bytes) -> None:
    assert codes({"ce_sequence": raw}) == {"ce_sequence": "header_malformed"}


@pytest.mark.parametrize(
    "raw",
    [
        b"2026-10-06T13:02:11",
        b"2026-10-06",
        b"2026-W41-2T13:02:11+00:00",
        b"20261006T130211Z",
        b"2026-02-30T13:02:11Z",
        b"1791291731",
        b"yesterday",
    ],
)
def test_a_time_without_offset_or_form_is_named(raw: bytes) -> None:
    assert codes({"ce_time": raw}) == {"ce_time": "header_malformed"}


@pytest.mark.parametrize("key", [None, b"", b"another", COOPERATIVE.upper().encode()])
def test_a_key_that_is_not_the_partition_key_is_named(key: bytes | None) -> None:
    assert codes({}, key=key) == {"key": "key_mismatch"}


def test_a_key_without_a_partition_key_is_named() -> None:
    assert codes({"ce_partitionkey": None}) == {"key": "key_mismatch"}


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("ce_specversion", b"0.3"),
        ("ce_specversion", None),
        ("content-type", b"application/avro"),
        ("ce_subject", b"x" * 1025),
    ],
)
def test_another_form_is_named(name: str, raw: bytes | None) -> None:
    assert codes({name: raw}) == {name: "header_malformed"}


def test_everything_wrong_is_named_at_once() -> None:
    changes = {
        "ce_id": None,
        "ce_subject": b"\xff",
        "ce_time": b"2026-10-06T13:02:11",
        "ce_sequence": b"0",
    }
    found = codes(changes, value=None, key=b"another")
    assert found == {
        "value": "tombstone",
        "key": "key_mismatch",
        "ce_id": "header_missing",
        "ce_subject": "header_not_utf8",
        "ce_time": "header_malformed",
        "ce_sequence": "header_malformed",
    }


def test_problems_do_not_repeat_the_input() -> None:
    with pytest.raises(MalformedRecordError) as caught:
        from_kafka(None, b"{}", [("ce_time", b"SECRET"), ("ce_sequence", b"SECRET")])
    assert "SECRET" not in str(caught.value)


def test_a_naive_time_is_never_written() -> None:
    with pytest.raises(ValueError, match="offset from UTC"):
        Envelope("1", "s", "t", datetime(2026, 10, 6), "x", "d", b"{}")  # noqa: DTZ001 that is it
