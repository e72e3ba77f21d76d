"""Exports are made cheaply, and are still those of the contract."""

from bench.scaling.exports import exports
from contracts.codec import from_kafka, to_kafka
from contracts.exports import ShipmentExported

EVENTS = 500


def test_each_is_to_the_byte_what_the_contract_writes() -> None:
    for event in exports(7, EVENTS):
        record = to_kafka(from_kafka(event.key, event.value, event.headers))
        assert (event.key, event.headers) == (record.key, record.headers)
        assert ShipmentExported.model_validate_json(event.value).encode() == event.value


def test_each_is_of_a_shipment_of_its_own() -> None:
    made = [dict(event.headers) for event in exports(7, EVENTS)]
    assert len({headers["ce_subject"] for headers in made}) == EVENTS
    assert len({headers["ce_id"] for headers in made}) == EVENTS


def test_some_are_of_an_order_and_have_its_key() -> None:
    made = list(exports(7, EVENTS))
    ordered = [event for event in made if b'"order_id":"%b"' % event.key in event.value]
    of_their_own = [event for event in made if event.key == dict(event.headers)["ce_subject"]]
    assert len(ordered) + len(of_their_own) == EVENTS
    assert len(ordered) > EVENTS / 4


def test_another_seed_has_other_shipments() -> None:
    first, second = ({e.key for e in exports(seed, EVENTS)} for seed in (1, 2))
    assert list(exports(1, 3)) == list(exports(1, 3))
    assert not first & second
