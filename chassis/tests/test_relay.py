"""The relay: at least once, in order per aggregate, nothing lost."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from chassis import relay as relay_module
from chassis.relay import Relay
from chassis.store import MemoryRepository, OutboxRecord
from chassis.tests.brokers import FakeProducer, Fate
from chassis.tests.counters import BROADCAST, TOPIC, Count, Woken, around, creation, handler_of
from contracts.topic import Topic


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "RETRY_SECONDS", 0)


@pytest.fixture
def repository() -> MemoryRepository:
    return MemoryRepository()


async def written(
    repository: MemoryRepository, id_: str, events: int, topic: Topic = TOPIC
) -> tuple[OutboxRecord, ...]:
    """An aggregate with that many events in its outbox."""
    handler = handler_of(repository, topic=topic)
    await handler.create(creation(id_))
    if events > 1:
        await handler.execute(id_, Count(by=1, times=events - 1), around())
    return (await repository.outboxes([id_]))[id_]


async def waiting(repository: MemoryRepository, id_: str) -> list[int]:
    return [record.ordinal for record in (await repository.outboxes([id_]))[id_]]


async def test_publishes_each_outbox_in_order_and_empties_it(repository: MemoryRepository) -> None:
    records = await written(repository, "a", 3)
    await written(repository, "b", 2)
    producer = FakeProducer()

    await Relay("test", repository, producer).drain()

    assert producer.ordinals() == {"a": [1, 2, 3], "b": [1, 2]}
    assert await repository.pending(10) == []
    sent = [record for record in producer.log if record.header("ce_subject") == "a"]
    assert [record.value for record in sent] == [record.value for record in records]
    assert {(record.topic, record.partition, record.key) for record in sent} == {
        (records[0].topic, records[0].partition, b"a")
    }


@pytest.mark.parametrize("fate", [Fate.REFUSED, Fate.LOST, Fate.UNKNOWN])
async def test_only_the_acknowledged_prefix_leaves_the_outbox(
    repository: MemoryRepository, fate: Fate
) -> None:
    records = await written(repository, "a", 3)
    producer = FakeProducer([Fate.WRITTEN, fate])
    relay = Relay("test", repository, producer)

    published = await relay._publish({"a": records})
    await repository.acknowledge(published)

    assert published == {"a": 1}
    assert await waiting(repository, "a") == [2, 3]
    assert 3 not in producer.ordinals()["a"], "nothing may pass what failed before it"


@pytest.mark.parametrize("failing", range(3))
async def test_an_ordinal_is_out_once_every_partition_has_it(
    repository: MemoryRepository, failing: int
) -> None:
    records = await written(repository, "a", 3, BROADCAST)
    producer = FakeProducer([Fate.WRITTEN] * (3 + failing) + [Fate.LOST])

    published = await Relay("test", repository, producer)._publish({"a": records})
    await repository.acknowledge(published)

    assert published == {"a": 1}
    assert await waiting(repository, "a") == [2, 2, 2, 3, 3, 3]
    assert 3 not in producer.ordinals()["a"]


async def test_what_failed_is_tried_again_without_being_announced(
    repository: MemoryRepository,
) -> None:
    await written(repository, "a", 3)
    producer = FakeProducer([Fate.WRITTEN, Fate.LOST, Fate.REFUSED])

    await Relay("test", repository, producer).drain()

    assert producer.ordinals() == {"a": [1, 2, 3]}
    assert await repository.pending(10) == []


async def test_a_failure_does_not_keep_other_aggregates_waiting(
    repository: MemoryRepository,
) -> None:
    boxes = {id_: await written(repository, id_, 2) for id_ in ("a", "b")}
    producer = FakeProducer([Fate.LOST])

    published = await Relay("test", repository, producer)._publish(boxes)

    assert published == {"b": 2}


async def test_a_copy_keeps_its_id_and_its_content(repository: MemoryRepository) -> None:
    await written(repository, "a", 1)
    producer = FakeProducer([Fate.UNKNOWN])

    await Relay("test", repository, producer).drain()

    first, second = producer.log
    assert first == second


@pytest.mark.parametrize("none_first", [True, False])
async def test_looking_up_beats_what_a_writer_handed_over(
    repository: MemoryRepository, none_first: bool
) -> None:
    records = await written(repository, "a", 2)
    producer = FakeProducer()
    relay = Relay("test", repository, producer)

    for fresh in (None, records[:1]) if none_first else (records[1:], None):
        relay.wake("a", fresh)
    await relay._publish_batch()

    assert producer.ordinals() == {"a": [1, 2]}


async def test_two_writers_lead_to_a_look_up(repository: MemoryRepository) -> None:
    records = await written(repository, "a", 2)
    producer = FakeProducer()
    relay = Relay("test", repository, producer)

    relay.wake("a", records[1:])
    relay.wake("a", records[:1])
    await relay._publish_batch()

    assert producer.ordinals() == {"a": [1, 2]}


async def test_waking_with_the_fresh_outbox_needs_no_look_up() -> None:
    class Unreadable(MemoryRepository):
        async def outboxes(self, ids: object) -> dict[str, tuple[OutboxRecord, ...]]:
            raise AssertionError(ids)

    repository, woken = Unreadable(), Woken()
    await handler_of(repository, woken).create(creation("a"))
    producer = FakeProducer()
    relay = Relay("test", repository, producer)

    relay.wake(*woken.calls[0])
    await relay._publish_batch()

    assert producer.ordinals() == {"a": [1]}


class BusyRepository(MemoryRepository):
    """Each look-up finds that somebody wrote again: the relay never comes to rest."""

    relay: Relay

    async def outboxes(self, ids: Sequence[str]) -> dict[str, tuple[OutboxRecord, ...]]:
        await asyncio.sleep(0)
        self.relay.wake("busy", None)
        return await super().outboxes(ids)


async def busy_relay() -> tuple[BusyRepository, FakeProducer, Relay]:
    repository, producer = BusyRepository(), FakeProducer()
    repository.relay = Relay("test", repository, producer)
    repository.relay.wake("busy", None)
    return repository, producer, repository.relay


async def test_the_scan_finds_what_nobody_announced_however_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay_module, "SCAN_SECONDS", 0)
    repository, producer, relay = await busy_relay()
    running = asyncio.create_task(relay.run())
    await asyncio.sleep(0)

    await written(repository, "quiet", 1)
    for _ in range(100):
        await asyncio.sleep(0)

    running.cancel()
    assert producer.ordinals() == {"quiet": [1]}


async def test_a_drain_ends_however_busy() -> None:
    repository, producer, relay = await busy_relay()
    await written(repository, "a", 2)

    await relay.drain()

    assert producer.ordinals() == {"a": [1, 2]}


class RefusingOnce(MemoryRepository):
    """The first acknowledgement of b fails."""

    refused = False

    async def acknowledge(self, published: Mapping[str, int]) -> None:
        if "b" in published and not self.refused:
            self.refused = True
            raise ConnectionError
        await super().acknowledge(published)


async def test_a_drain_does_not_end_before_what_somebody_else_failed_to_publish(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay_module, "BATCH", 1)
    repository = RefusingOnce()
    await written(repository, "a", 1)
    await written(repository, "b", 1)
    relay = Relay("test", repository, FakeProducer())
    draining = asyncio.create_task(relay.drain())
    await asyncio.sleep(0)
    running = asyncio.create_task(relay.run())  # it is next, and takes b

    await draining

    assert isinstance((await asyncio.gather(running, return_exceptions=True))[0], ConnectionError)
    assert await repository.pending(10) == []
