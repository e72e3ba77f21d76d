"""Whatever fails, in whatever order: at least once, in order per aggregate, nothing lost."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis import relay as relay_module
from chassis.relay import Relay
from chassis.store import Change, Document, MemoryRepository, OutboxRecord
from chassis.tests.brokers import CrashError, FakeProducer, Fate
from chassis.tests.counters import BROADCAST, TOPIC, Count, Handler, around, creation, handler_of
from contracts.topic import Topic

IDS = ("a", "b", "c")
WRITES = st.lists(st.tuples(st.sampled_from(IDS), st.integers(1, 3)), max_size=4)
FATES = st.lists(st.sampled_from(Fate), max_size=6)


@pytest.fixture(autouse=True, scope="module")
def no_pause() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relay_module, "RETRY_SECONDS", 0)
        yield


@dataclass(frozen=True)
class Step:
    """Writers and the relay at work together; then, perhaps, the process ends."""

    writes: list[tuple[str, int]]
    fates: list[Fate]
    announced: bool
    drains: bool
    crash_at_acknowledge: bool
    ends: bool


STEPS = st.lists(
    st.builds(Step, WRITES, FATES, st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    max_size=6,
)


class YieldingRepository(MemoryRepository):
    """Lets others run at every access, and ends the process where it is told to."""

    crash_at_acknowledge = False

    async def load(self, ids: Sequence[str]) -> dict[str, Document]:
        await asyncio.sleep(0)
        return await super().load(ids)

    async def change(self, change: Change) -> bool:
        await asyncio.sleep(0)
        done = await super().change(change)
        await asyncio.sleep(0)
        return done

    async def acknowledge(self, published: Mapping[str, int]) -> None:
        await asyncio.sleep(0)
        if self.crash_at_acknowledge:
            raise CrashError
        await super().acknowledge(published)


@dataclass
class World:
    topic: Topic
    repository: YieldingRepository = field(default_factory=YieldingRepository)
    producer: FakeProducer = field(default_factory=FakeProducer)
    announced: bool = True
    relay: Relay = field(init=False)
    handler: Handler = field(init=False)

    def __post_init__(self) -> None:
        self.restart()
        self.handler = handler_of(self.repository, self, self.topic)

    def restart(self) -> None:
        self.relay = Relay("test", self.repository, self.producer)

    def wake(self, id_: str, fresh: tuple[OutboxRecord, ...] | None) -> None:
        if self.announced:
            self.relay.wake(id_, fresh)

    async def go(self, step: Step) -> None:
        self.announced = step.announced
        self.producer.fates.extend(step.fates)
        self.repository.crash_at_acknowledge = step.crash_at_acknowledge
        relaying = self.relay.drain if step.drains else self.relay._publish_batch
        results = await asyncio.gather(
            relaying(), *map(self._write, step.writes), return_exceptions=True
        )
        unexpected = [r for r in results if r is not None and not isinstance(r, CrashError)]
        assert not unexpected
        if step.ends or any(results):
            self.restart()

    async def _write(self, write: tuple[str, int]) -> None:
        id_, events = write
        await self.handler.execute(id_, Count(by=1, times=events), around())


async def play(steps: list[Step], topic: Topic = TOPIC) -> World:
    world = World(topic)
    for id_ in IDS:
        await world.handler.create(creation(id_))
    for step in steps:
        await world.go(step)
    world.producer.fates.clear()
    world.repository.crash_at_acknowledge = False
    world.restart()
    await world.relay.drain()
    return world


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_at_least_once_in_order_and_nothing_lost(steps: list[Step]) -> None:
    world = asyncio.run(play(steps))

    documents = asyncio.run(world.repository.load(IDS))
    for id_, ordinals in world.producer.ordinals().items():
        assert list(dict.fromkeys(ordinals)) == list(range(1, documents[id_].version + 1))
    assert set(world.producer.ordinals()) == set(IDS)
    assert not any(document.outbox for document in documents.values())


@settings(max_examples=50, deadline=None)
@given(STEPS)
def test_a_copy_is_the_same_in_every_byte(steps: list[Step]) -> None:
    world = asyncio.run(play(steps))

    copies = {(r.header("ce_subject"), r.header("ce_sequence"), r) for r in world.producer.log}
    assert len({(subject, sequence) for subject, sequence, _ in copies}) == len(copies)


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_every_partition_of_a_broadcast_topic_has_all_in_order(steps: list[Step]) -> None:
    world = asyncio.run(play(steps, BROADCAST))

    documents = asyncio.run(world.repository.load(IDS))
    found: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    for record in world.producer.log:
        place = record.header("ce_subject"), record.partition
        found[place].append(int(record.header("ce_sequence")))
    assert set(found) == {(id_, p) for id_ in IDS for p in range(BROADCAST.partitions)}
    for (id_, _), ordinals in found.items():
        assert list(dict.fromkeys(ordinals)) == list(range(1, documents[id_].version + 1))
    assert not any(document.outbox for document in documents.values())


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_no_event_is_anywhere_before_the_one_before_it_is_everywhere(steps: list[Step]) -> None:
    world = asyncio.run(play(steps, BROADCAST))

    reached: dict[tuple[str, int], set[int | None]] = defaultdict(set)
    for record in world.producer.log:
        id_, ordinal = record.header("ce_subject"), int(record.header("ce_sequence"))
        reached[id_, ordinal].add(record.partition)
        assert ordinal == 1 or len(reached[id_, ordinal - 1]) == BROADCAST.partitions
