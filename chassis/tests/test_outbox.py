"""Records of the outbox: stable ids, addresses, and the limit on their size."""

from dataclasses import replace

import pytest

from chassis import outbox
from chassis.outbox import encode, event_id, partitions_of
from chassis.store import OutboxRecord
from chassis.tests.counters import BROADCAST, NOW, TOPIC, Counted, around
from contracts.codec import from_kafka
from contracts.partitioner import partition_of
from contracts.problem import RefusedError


def encoded(by: int = 1, *, subject: str = "a", after: int = 0) -> OutboxRecord:
    (record,) = encode(
        [Counted(by=by)],
        topic=TOPIC,
        subject=subject,
        partition_key="order-1",
        after=after,
        circumstances=around(),
    )
    return record


def test_the_same_event_in_the_same_place_has_the_same_id() -> None:
    assert encoded() == encoded()


def test_another_content_or_place_has_another_id() -> None:
    ids = {
        encoded().event_id,
        encoded(by=2).event_id,
        encoded(subject="b").event_id,
        encoded(after=1).event_id,
        event_id("urn:zarbia:other", "a", 1, Counted.event_type(), b'{"by":1}'),
        event_id("urn:zarbia:counting", "a", 1, "ma.zarbia.counting.Other.v1", b'{"by":1}'),
    }
    assert len(ids) == 6


def test_a_record_reads_back_as_it_was_said() -> None:
    record = encoded(after=6)

    headers = [(name, text.encode()) for name, text in record.headers.items()]
    envelope = from_kafka(record.key.encode(), record.value, headers)

    assert (envelope.id, envelope.sequence, envelope.subject) == (record.event_id, 7, "a")
    assert envelope.time == NOW
    assert record.timestamp_ms == int(NOW.timestamp() * 1000)
    assert record.partition == partition_of("order-1", TOPIC.partitions)


def test_when_it_happened_and_when_it_was_recorded_are_two_things() -> None:
    circumstances = replace(around(), occurred_at=NOW.replace(year=2020))
    (record,) = encode(
        [Counted(by=1)],
        topic=TOPIC,
        subject="a",
        partition_key="a",
        after=0,
        circumstances=circumstances,
    )
    assert record.headers["ce_time"].startswith("2020-")
    assert record.timestamp_ms == int(NOW.timestamp() * 1000)


def test_a_broadcast_event_is_one_record_for_each_partition() -> None:
    records = encode(
        [Counted(by=1), Counted(by=2)],
        topic=BROADCAST,
        subject="a",
        partition_key="a",
        after=0,
        circumstances=around(),
    )

    assert [(r.ordinal, r.partition) for r in records] == [(o, p) for o in (1, 2) for p in range(3)]
    for same in records[:3], records[3:]:
        assert len({(r.event_id, r.value, r.key, *r.headers.values()) for r in same}) == 1


def test_what_is_not_broadcast_goes_where_its_key_belongs() -> None:
    assert list(partitions_of("order-1", TOPIC)) == [partition_of("order-1", TOPIC.partitions)]
    assert list(partitions_of("order-1", BROADCAST)) == [0, 1, 2]


def test_an_event_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MAX_EVENT_BYTES", 7)
    with pytest.raises(RefusedError, match="exceeds 7 bytes"):
        encoded()
