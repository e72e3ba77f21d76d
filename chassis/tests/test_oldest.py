"""Since when the oldest event waits, as the relay comes to know and to publish it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis import relay as relay_module
from chassis.oldest import OldestWaiting
from chassis.outbox import encode
from chassis.relay import Relay
from chassis.store import MemoryRepository, OutboxRecord
from chassis.tests.brokers import FakeProducer, Fate
from chassis.tests.counters import TOPIC, Counted, around, creation, handler_of

MINUTE_MS = 60_000


def outbox(first: int, *minutes: int) -> tuple[OutboxRecord, ...]:
    """Records from ordinal `first` on, recorded at these minutes."""
    (record,) = encode(
        [Counted(by=1)],
        topic=TOPIC,
        subject="a",
        partition_key="a",
        after=first - 1,
        circumstances=around(),
    )
    return tuple(
        replace(record, ordinal=first + n, timestamp_ms=minute * MINUTE_MS)
        for n, minute in enumerate(minutes)
    )


def test_nothing_waits_at_first() -> None:
    assert OldestWaiting().recorded_ms() is None


def test_the_oldest_of_all_outboxes_counts() -> None:
    waiting = OldestWaiting()

    waiting.note("a", outbox(1, 7, 9))
    waiting.note("b", outbox(1, 3))
    waiting.note("b", outbox(2, 5))
    waiting.note("c", ())

    assert waiting.recorded_ms() == 3 * MINUTE_MS


def test_what_is_out_does_not_count_any_more() -> None:
    waiting = OldestWaiting()
    boxes = {"a": outbox(1, 1, 2, 3), "b": outbox(4, 2)}
    for id_, box in boxes.items():
        waiting.note(id_, box)

    waiting.published(boxes, {"a": 2, "b": 4})

    assert waiting.recorded_ms() == 3 * MINUTE_MS


def test_what_was_forgotten_does_not_count() -> None:
    waiting = OldestWaiting()
    waiting.note("a", outbox(1, 1))

    waiting.forget("a")

    assert waiting.recorded_ms() is None


async def test_the_relay_knows_it_until_the_broker_has_acknowledged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay_module, "RETRY_SECONDS", 0)
    repository = MemoryRepository()
    await handler_of(repository).create(creation("a"))
    (record,) = (await repository.outboxes(["a"]))["a"]
    relay = Relay("test", repository, FakeProducer([Fate.REFUSED]))

    relay.wake("a", (record,))
    announced = relay.oldest.recorded_ms()
    await relay._publish_batch()
    refused = relay.oldest.recorded_ms()
    await relay.drain()

    assert announced == refused == record.timestamp_ms
    assert timedelta(milliseconds=record.timestamp_ms) > timedelta(0)
    assert relay.oldest.recorded_ms() is None
