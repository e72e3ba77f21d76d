"""What a person asks for is understood, or refused with what there is."""

from datetime import UTC, datetime
from typing import Any

import pytest

from console.tail.choice import Choice, parse_condition
from console.tail.entry import entry_of
from console.tail.errors import TailError
from console.tail.names import topic_named, types_named
from console.tail.start import Beginning, End, Instant, Offset, Start, parse_start
from console.tests.tail_records import Given, given_example
from contracts.exports import ShipmentExported, ShipmentLost
from contracts.orders import OrderPlaced
from contracts.topics import EXPORTS_SHIPMENTS, ORDERS_ORDERS, TOPICS

LOST = "ma.zarbia.exports.ShipmentLost.v1"


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_every_topic_is_known(topic: Any) -> None:
    assert topic_named(topic.name) is topic


@pytest.mark.parametrize(
    ("name", "meant"), [("shipments", "exports.shipments.v1"), ("order.orders.v1", "orders.orders")]
)
def test_an_unknown_topic_meets_its_neighbours_and_all_known(name: str, meant: str) -> None:
    with pytest.raises(TailError, match=f"Did you mean .*{meant}") as caught:
        topic_named(name)
    assert all(topic.name in str(caught.value) for topic in TOPICS)


@pytest.mark.parametrize("pattern", ["ShipmentLost", "shipmentlost", "ShipmentLost.v1", LOST])
def test_a_type_has_short_names(pattern: str) -> None:
    assert types_named([pattern], EXPORTS_SHIPMENTS) == {LOST}


def test_types_have_patterns() -> None:
    found = types_named(["Declaration*", "DayClosed"], EXPORTS_SHIPMENTS)
    assert sorted(name.split(".")[3] for name in found) == [
        "DayClosed",
        "DeclarationAmended",
        "DeclarationCancelled",
    ]


def test_a_quarantine_may_hold_any_event() -> None:
    assert types_named(["OrderPlaced"], topic_named("export-metrics.quarantine.v1"))


def test_a_type_of_another_topic_is_refused() -> None:
    with pytest.raises(TailError, match=r"no event ShipmentLst\. Did you mean ShipmentLost") as e:
        types_named(["ShipmentLst"], EXPORTS_SHIPMENTS)
    assert e.value.option == "--type"
    with pytest.raises(TailError, match=r"shipments\.v1 has no event OrderPlaced"):
        types_named(["OrderPlaced"], EXPORTS_SHIPMENTS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("beginning", Beginning()),
        ("end", End()),
        ("12", Offset(12)),
        ("-3", Offset(-3)),
        # Morocco was at UTC+1 in June 2026, and is at UTC+0 from 20 September 2026 on.
        ("2026-06-14", Instant(datetime(2026, 6, 13, 23, tzinfo=UTC))),
        ("2026-11-22", Instant(datetime(2026, 11, 22, tzinfo=UTC))),
        ("2026-11-22T10:30", Instant(datetime(2026, 11, 22, 10, 30, tzinfo=UTC))),
        ("2026-11-22T10:30:00+02:00", Instant(datetime(2026, 11, 22, 8, 30, tzinfo=UTC))),
    ],
)
def test_a_start_has_four_forms(text: str, expected: Start) -> None:
    assert parse_start(text) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "1.5", "--3", "2026-02-30", "14/03/2026", "٣"])
def test_another_start_is_refused(text: str) -> None:
    with pytest.raises(TailError, match="neither beginning, end") as caught:
        parse_start(text)
    assert caught.value.option == "--from"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("total.amount=1840.50", True),
        ("data.total.amount=1840.50", True),
        ("total.amount=1840.5", False),
        ("lines.product.hs_code=570110", True),
        ("lines.0.product.hs_code=570110", True),
        ("lines.7.product.hs_code=570110", False),
        ("lines.product=570110", False),
        ("absent=", False),
        ("total.amount.deeper=1", False),
    ],
)
def test_a_condition_is_on_a_path_into_the_data(text: str, holds: bool) -> None:
    order = entry_of(given_example(OrderPlaced), ORDERS_ORDERS)
    assert Choice(conditions=(parse_condition(text),)).takes(order) is holds


@pytest.mark.parametrize("text", ["", "partner", "=FR", "goods..partner=FR", ".=1"])
def test_another_condition_is_refused(text: str) -> None:
    with pytest.raises(TailError, match="not of the form") as caught:
        parse_condition(text)
    assert caught.value.option == "--where"


def test_words_of_json_are_compared_as_they_stand_there() -> None:
    values = {"final": True, "count": 0, "nothing": None}
    for text in ("final=true", "count=0", "nothing=null"):
        assert parse_condition(text).holds(values)
    assert not parse_condition("final=True").holds(values)


def test_all_filters_must_agree() -> None:
    lost = entry_of(given_example(ShipmentLost), EXPORTS_SHIPMENTS)
    exported = entry_of(given_example(ShipmentExported), EXPORTS_SHIPMENTS)
    choice = Choice(
        types={LOST},
        subject=lost.subject[:8],
        key=(lost.key or b"").decode()[:4],
        conditions=(parse_condition("noticed_on=2026-11-02"),),
    )
    assert choice.takes(lost)
    assert not choice.takes(exported)
    assert Choice().takes(exported)
    assert not Choice(subject="other").takes(lost)
    assert not Choice(key="other").takes(lost)
    assert not Choice(without={LOST}).takes(lost)
    assert Choice(without={LOST}).takes(exported)


def test_what_cannot_be_read_fits_no_condition_and_is_shown_without_one() -> None:
    broken = entry_of(Given(value=b"\xff"), EXPORTS_SHIPMENTS)
    assert Choice().takes(broken)
    assert not Choice(types={LOST}).takes(broken)
    assert not Choice(conditions=(parse_condition("a=1"),)).takes(broken)
