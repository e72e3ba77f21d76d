"""What can be read of a record in quarantine, and whether its owner can release it."""

import pytest

from console.quarantine.errors import QuarantineError
from console.quarantine.record import Place
from console.tests.quarantined import EVENT_ID, HEADERS, KEY, SUBJECT, FakeRecord, quarantined
from contracts.topics import EXPORTS_SHIPMENTS


def test_a_record_with_its_envelope_has_a_place() -> None:
    record = quarantined()

    assert record.placed() == Place(EXPORTS_SHIPMENTS, 7, KEY.decode(), SUBJECT, 4, EVENT_ID)
    assert (record.stood_in, record.stood_at) == ("exports.shipments.v1", "7@1234")
    assert record.codes == ["field_missing", "field_string_pattern_mismatch"]
    assert record.headers == list(HEADERS.items())
    assert record.body == {"delivered_on": 3}


def test_a_record_without_a_key_has_one_too() -> None:
    place = quarantined(FakeRecord(list(HEADERS.items()), key=None)).placed()

    assert (place.key, place.partition) == (None, 7)


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("ce_source", b"urn:zarbia:orders", "ce_source is not urn:zarbia:exports"),
        ("ce_source", b"\xff", "ce_source is not urn:zarbia:exports"),
        ("ce_subject", b"order-1", "ce_subject is no id"),
        ("ce_subject", SUBJECT.upper().encode(), "ce_subject is no id"),
        ("ce_sequence", b"0", "ce_sequence is no ordinal"),
        ("ce_sequence", b"four", "ce_sequence is no ordinal"),
        ("ce_sequence", "\N{ARABIC-INDIC DIGIT FOUR}".encode(), "ce_sequence is no ordinal"),
        ("ce_id", b"", "ce_id is no id"),
    ],
)
def test_what_has_no_place_has_nothing_to_release(name: str, raw: bytes, why: str) -> None:
    record = quarantined(FakeRecord(list((HEADERS | {name: raw}).items())))

    assert record.unplaced == [why]
    with pytest.raises(QuarantineError, match=f"export-metrics 3 has no place.*{why}"):
        record.placed()


def test_a_doubled_header_names_no_place() -> None:
    twice = [*HEADERS.items(), ("ce_subject", SUBJECT.encode())]

    assert quarantined(FakeRecord(twice)).unplaced == ["ce_subject is no id"]


def test_a_key_that_is_no_text_names_no_place() -> None:
    record = quarantined(FakeRecord(list(HEADERS.items()), key=b"\xff"))

    assert record.unplaced == ["its key is not UTF-8"]


def test_without_headers_all_that_is_missing_is_said() -> None:
    assert len(quarantined(FakeRecord([])).unplaced) == 4


def test_a_topic_without_releases_has_none() -> None:
    record = quarantined(FakeRecord(list(HEADERS.items()), topic="export-metrics.risk-triggers.v1"))

    assert record.unplaced == ["nothing is released in export-metrics.risk-triggers.v1"]


@pytest.mark.parametrize("value", [None, b"", b"\x00\xff", b"[1]", b"null", b'{"a": NaN}'])
def test_data_that_are_no_object_are_no_body(value: bytes | None) -> None:
    assert quarantined(FakeRecord(list(HEADERS.items()), value=value)).body is None
