"""A record is read the hot way or through the contract, alike; what is broken is named."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.folding.changes import Fact, Passed
from chassis.folding.reading.record import InputReader, PutAside
from chassis.reader.outcome import Stopped
from contracts import orders
from contracts.codec import to_kafka
from contracts.event import DayClosed, Event, Skipped
from contracts.generate.examples import example_of
from contracts.topics import CONTROL, EXPORTS_SHIPMENTS, ORDERS_ORDERS
from services.export_metrics.domain.events import Exported
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import INPUTS
from services.export_metrics.tests.events import FakeRecord, Log
from services.export_metrics.tests.hot_path import EXAMPLES, plain, record


def read(of: FakeRecord) -> object:
    (found,) = InputReader(EXPORT_STATISTICS, EXPORTS_SHIPMENTS).read([of])
    return found


def with_header(of: FakeRecord, name: str, value: bytes | None) -> FakeRecord:
    kept = [(n, v) for n, v in of.headers if n != name]
    return replace(of, headers=(*kept, *(() if value is None else ((name, value),))))


@pytest.mark.parametrize("event", EXAMPLES)
def test_the_hot_path_takes_what_the_owner_writes(event: Event) -> None:
    assert plain(record(event)) is not None


def test_every_event_of_the_inputs_has_its_place() -> None:
    for topic in INPUTS:
        events = {event.event_type() for event in topic.events if event not in CONTROL}
        types = {event.event_type() for event in topic.events}
        assert types & EXPORT_STATISTICS.reading_of().keys() - {Skipped.event_type()} == events


def test_of_an_event_without_a_meaning_here_the_data_is_not_looked_at() -> None:
    rated = example_of(orders.OrderRated)
    key, _, headers = to_kafka(rated.envelope())

    of = FakeRecord(0, key, b"{", tuple(headers), partition=rated.document()["partition"])
    (fact,) = InputReader(EXPORT_STATISTICS, ORDERS_ORDERS).read([of])

    assert isinstance(fact, Fact)
    assert (fact.event, fact.ordinal) == (Passed(), rated.sequence)


@given(st.sampled_from([n for n, _ in record().headers]), st.binary(max_size=40) | st.none())
def test_the_hot_path_takes_no_header_that_the_codec_refuses(
    name: str, value: bytes | None
) -> None:
    changed = with_header(record(), name, value)
    if plain(changed) is not None:
        assert isinstance(
            InputReader(EXPORT_STATISTICS, EXPORTS_SHIPMENTS)._through_the_contract(changed), Fact
        )


def test_both_ways_lead_to_the_same_fact() -> None:
    reader = InputReader(EXPORT_STATISTICS, EXPORTS_SHIPMENTS)
    of = record()

    assert plain(of) == reader._through_the_contract(of)


def test_what_only_the_contract_takes_is_read_all_the_same() -> None:
    of = with_header(record(), "traceparent", "no ascii: é".encode())

    assert plain(of) is None
    fact = read(of)
    assert isinstance(fact, Fact)
    assert isinstance(fact.event, Exported)


BROKEN = [
    (lambda r: replace(r, value=None), "tombstone"),
    (lambda r: replace(r, value=b"{"), "field_json_invalid"),
    (lambda r: replace(r, key=b"another"), "key_mismatch"),
    (lambda r: replace(r, headers=()), "header_missing"),
    (lambda r: with_header(r, "ce_id", b"not-a-uuid"), "header_malformed"),
    (lambda r: with_header(r, "ce_subject", b"x"), "header_malformed"),
    (lambda r: with_header(r, "ce_sequence", None), "header_missing"),
    (lambda r: with_header(r, "ce_sequence", b"0"), "header_malformed"),
    (lambda r: with_header(r, "ce_time", b"2026-02-30T00:00:00Z"), "header_malformed"),
    (lambda r: with_header(r, "ce_subject", b"\xff"), "header_not_utf8"),
    (lambda r: replace(r, headers=(*r.headers, r.headers[1])), "header_doubled"),
    (lambda r: with_header(r, "ce_type", b"ma.zarbia.exports.Imagined.v1"), "type_unknown"),
    (lambda r: replace(r, partition=r.partition + 1), "partition_wrong"),
]


@pytest.mark.parametrize(("spoil", "code"), BROKEN, ids=[code for _, code in BROKEN])
def test_a_broken_record_is_named_as_such(spoil: Any, code: str) -> None:
    found = read(spoil(record()))

    assert isinstance(found, PutAside)
    assert found.broken.problems[0].code == code


@pytest.mark.parametrize(
    ("name", "value"),
    [("ce_source", b"urn:zarbia:impostor"), ("ce_type", b"ma.zarbia.exports.ShipmentLost.v2")],
)
def test_a_fault_of_deployment_stops(name: str, value: bytes) -> None:
    assert isinstance(read(with_header(record(), name, value)), Stopped)


def test_a_marker_of_another_topic_is_broken() -> None:
    of = Log().opened().records[0]
    elsewhere = replace(of, value=(of.value or b"").replace(b"exports.", b"orders."))

    assert isinstance(read(of), DayClosed)
    assert isinstance(read(elsewhere), PutAside)
