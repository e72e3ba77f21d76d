"""A subscriber: commits only what is dealt with, quarantines, stops, and never skips."""

import json
from pathlib import Path

import pytest

from chassis.reader import subscriber as subscriber_module
from chassis.reader.quarantine import ERROR_PREFIX
from chassis.tests.counters import TOPIC, Counted
from chassis.tests.subscribers import (
    PARTITION,
    FakeRecord,
    Reading,
    broken,
    good,
    newer,
    said,
    unwanted,
)
from contracts import event as events
from contracts.event import Redriven

EXAMPLES = Path(events.__file__).with_name("examples")


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    monkeypatch.setattr(subscriber_module, "RETRY_SECONDS", (0,))
    return Reading()


async def test_handles_what_it_wants_in_order_and_commits(reading: Reading) -> None:
    await reading.read(good(7, by=1), unwanted(8), good(9, by=2))

    assert reading.handled == [Counted(by=1), Counted(by=2)]
    assert reading.consumer.committed == [10]


async def test_what_is_told_again_is_handled_in_its_place(reading: Reading) -> None:
    stated = json.loads((EXAMPLES / "quarantine.Redriven.v1.json").read_text())["value"]
    again = stated | {"type": Counted.event_type(), "body": '{"by":2}'}
    broken_again = again | {"body": '{"by":"two"}'}
    passed_over = json.loads((EXAMPLES / "quarantine.Skipped.v1.json").read_text())["value"]

    await reading.read(
        good(7, by=1),
        said(8, Redriven(**again)),
        said(9, events.Skipped(**passed_over)),
        said(10, Redriven(**broken_again)),
        good(11, by=3),
    )

    assert reading.handled == [Counted(by=1), Counted(by=2), Counted(by=3)]
    assert reading.consumer.committed == [12]
    (copy,) = reading.producer.log
    assert (ERROR_PREFIX + "offset", b"10") in copy.headers


async def test_a_broken_record_is_quarantined_unchanged_and_the_rest_goes_on(
    reading: Reading,
) -> None:
    bad = broken(8)
    await reading.read(good(7), bad, good(9, by=2))

    assert reading.handled == [Counted(by=1), Counted(by=2)]
    assert reading.consumer.committed == [10]
    (copy,) = reading.producer.log
    assert copy.topic == "tests.quarantine.v1"
    assert (copy.key, copy.value) == (bad.key, bad.value)
    assert copy.headers[: len(bad.headers)] == tuple(bad.headers)
    notes = {
        name.removeprefix(ERROR_PREFIX): raw.decode()
        for name, raw in copy.headers[len(bad.headers) :]
    }
    assert notes["topic"] == TOPIC.name
    assert (notes["partition"], notes["offset"]) == ("3", "8")
    assert (notes["stage"], notes["reason"]) == ("data", "field_json_invalid")
    assert notes["message"]


@pytest.mark.parametrize("key", [None, b"", b"\xff\x00"])
async def test_a_tombstone_keeps_its_key_and_its_nothing(
    reading: Reading, key: bytes | None
) -> None:
    await reading.read(FakeRecord(0, key, None, []))

    (copy,) = reading.producer.log
    assert (copy.key, copy.value) == (key, None)


async def test_a_failure_of_the_infrastructure_is_retried_and_skips_nothing(
    reading: Reading,
) -> None:
    reading.failures = 3

    await reading.read(good(7))

    assert reading.handled == [Counted(by=1)]
    assert reading.consumer.committed == [8]
    assert reading.producer.log == []


async def test_nothing_is_committed_before_the_quarantine_has_its_copy(reading: Reading) -> None:
    reading.producer.failures = 2

    await reading.read(broken(7))

    assert len(reading.producer.log) == 1
    assert reading.consumer.committed == [8]


async def test_a_newer_version_stops_the_partition_where_it_stands(reading: Reading) -> None:
    await reading.read(good(7), newer(8), good(9, by=2))

    assert reading.handled == [Counted(by=1)]
    assert reading.consumer.committed == [8]
    assert (reading.consumer.position, reading.consumer.paused) == (8, True)
    assert reading.producer.log == []
    (problem,) = reading.subscriber.problems()
    assert "newer than this reader" in problem


async def test_is_not_ready_without_an_assignment(reading: Reading) -> None:
    assert reading.subscriber.problems() == []
    reading.consumer.assigned.clear()
    assert reading.subscriber.problems() == [f"{TOPIC.name}: no partition assigned"]


async def test_a_partition_that_went_to_another_reader_is_left_to_it(reading: Reading) -> None:
    reading.consumer.assigned.clear()

    await reading.read(good(7))

    assert reading.consumer.committed == []


async def test_what_the_handler_can_never_take_is_quarantined_and_the_rest_goes_on(
    reading: Reading,
) -> None:
    reading.unfit = Counted(by=2)

    await reading.read(good(7, by=1), good(8, by=2), good(9, by=3))

    assert reading.handled == [Counted(by=1), Counted(by=3)]
    assert reading.consumer.committed == [10]
    (copy,) = reading.producer.log
    assert (ERROR_PREFIX + "reason", b"unfit") in copy.headers
    assert (ERROR_PREFIX + "offset", b"8") in copy.headers


async def test_trying_again_is_not_ready_and_leaves_one_copy_of_what_is_broken(
    reading: Reading,
) -> None:
    reading.failures = 3

    await reading.read(broken(7), good(8))

    assert len(reading.producer.log) == 1
    assert ["ConnectionError" in problem for problem in reading.problems_seen] == [True]
    assert reading.subscriber.problems() == []


async def test_is_not_ready_when_it_has_not_polled_for_long(reading: Reading) -> None:
    reading.consumer.polled_ms = 1

    assert reading.subscriber.problems() == [f"{PARTITION.topic}: no poll for 30 s"]
