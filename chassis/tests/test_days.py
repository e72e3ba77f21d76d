"""Day markers: one chain of them in every partition, whatever is interrupted."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from aiokafka.errors import KafkaTimeoutError
from prometheus_client import REGISTRY

from chassis.clock import DrivenClock
from chassis.days import GRACE, DayKeeper
from chassis.metrics import METRICS
from chassis.store import MemoryRegisters
from chassis.tests.brokers import CrashError, FakeProducer, Fate
from chassis.tests.counters import TOPIC

Link = tuple[str | None, str]


class Days:
    """A keeper with its surroundings. `drained` counts how often the outbox was emptied."""

    def __init__(self) -> None:
        self.clock = DrivenClock(datetime(2025, 3, 10, 12, tzinfo=UTC))
        self.registers = MemoryRegisters()
        self.producer = FakeProducer()
        self.drained_before: list[int] = []
        self.keeper = self.restarted()

    def restarted(self) -> DayKeeper:
        return DayKeeper(TOPIC, self.registers, self.producer, self.clock, self._drain)

    async def _drain(self) -> None:
        self.drained_before.append(len(self.producer.log))

    def chain(self, partition: int) -> list[Link]:
        """The (previous, through) of a partition's markers, in order, repeats left out."""
        markers = [
            json.loads(record.value or b"")
            for record in self.producer.log
            if record.partition == partition
        ]
        return list(dict.fromkeys((m.get("previous"), m["through"]) for m in markers))

    def chains(self) -> list[list[Link]]:
        return [self.chain(partition) for partition in range(TOPIC.partitions)]


@pytest.fixture
def days() -> Days:
    return Days()


def everywhere(*links: Link) -> list[list[Link]]:
    return [list(links)] * TOPIC.partitions


OPENING: Link = (None, "2025-03-09")


async def test_a_new_topic_gets_an_opening_marker_in_every_partition(days: Days) -> None:
    await days.keeper.open()

    assert days.chains() == everywhere(OPENING)
    assert len(days.producer.log) == TOPIC.partitions


async def test_opening_again_writes_nothing(days: Days) -> None:
    await days.keeper.open()
    await days.restarted().open()

    assert len(days.producer.log) == TOPIC.partitions


async def test_a_marker_belongs_to_no_key_and_has_no_ordinal(days: Days) -> None:
    await days.keeper.open()

    record = days.producer.log[0]
    assert record.key is None
    assert record.header("ce_type") == "ma.zarbia.calendar.DayClosed.v1"
    assert record.header("ce_source") == "urn:zarbia:counting"
    assert not {"ce_sequence", "ce_partitionkey"} & dict(record.headers).keys()


async def test_a_day_is_closed_after_its_end_and_the_grace(days: Days) -> None:
    await days.keeper.open()
    midnight = datetime(2025, 3, 11, tzinfo=UTC)  # Ramadan: Morocco is at UTC+0

    days.clock.advance(midnight + GRACE - timedelta(seconds=1))
    assert await days.keeper.close_what_is_over() is None

    days.clock.advance(midnight + GRACE)
    assert await days.keeper.close_what_is_over() == date(2025, 3, 10)
    assert days.chains() == everywhere(OPENING, ("2025-03-09", "2025-03-10"))


async def test_the_outbox_is_drained_before_the_marker(days: Days) -> None:
    await days.keeper.open()
    await days.keeper.close_through(date(2025, 3, 10))

    assert days.drained_before == [TOPIC.partitions]


async def test_no_day_is_closed_twice(days: Days) -> None:
    await days.keeper.open()
    await days.keeper.close_through(date(2025, 3, 10))
    written = len(days.producer.log)

    assert await days.keeper.close_through(date(2025, 3, 10)) is None
    assert await days.keeper.close_through(date(2025, 3, 1)) is None
    assert len(days.producer.log) == written


async def test_one_marker_may_span_many_days(days: Days) -> None:
    await days.keeper.open()

    assert await days.keeper.close_through(date(2026, 3, 10)) == date(2026, 3, 10)

    assert days.chains() == everywhere(OPENING, ("2025-03-09", "2026-03-10"))


async def test_nothing_is_closed_before_the_topic_is_opened(days: Days) -> None:
    assert await days.keeper.close_through(date(2025, 3, 10)) is None
    assert days.producer.log == []


@pytest.mark.parametrize("fate", [Fate.CRASH_BEFORE, Fate.CRASH_AFTER])
async def test_an_interrupted_closing_writes_the_same_marker_again(days: Days, fate: Fate) -> None:
    await days.keeper.open()
    days.producer.fates.extend([Fate.WRITTEN] * 3 + [fate])
    with pytest.raises(CrashError):
        await days.keeper.close_through(date(2025, 3, 10))

    days.clock.advance(datetime(2025, 3, 14, 12, tzinfo=UTC))
    await days.restarted().open()

    assert days.chains() == everywhere(OPENING, ("2025-03-09", "2025-03-10"))
    for partition in range(TOPIC.partitions):
        ids = [r.header("ce_id") for r in days.producer.log if r.partition == partition]
        assert len(set(ids)) == 2


async def test_an_interrupted_opening_is_finished_first(days: Days) -> None:
    days.producer.fates.extend([Fate.WRITTEN, Fate.CRASH_BEFORE])
    with pytest.raises(CrashError):
        await days.keeper.open()

    days.clock.advance(datetime(2025, 3, 14, 12, tzinfo=UTC))
    await days.restarted().open()

    assert days.chains() == everywhere(OPENING)


async def test_a_failed_closing_is_finished_before_a_later_day_is_closed(days: Days) -> None:
    await days.keeper.open()
    days.producer.fates.extend([Fate.WRITTEN] * 3 + [Fate.REFUSED])
    with pytest.raises(KafkaTimeoutError):
        await days.keeper.close_through(date(2025, 3, 10))

    await days.keeper.close_through(date(2025, 3, 12))

    links = ("2025-03-09", "2025-03-10"), ("2025-03-10", "2025-03-12")
    assert days.chains() == everywhere(OPENING, *links)


async def test_the_last_closed_day_is_shown_again_after_a_restart(days: Days) -> None:
    labels = {"service": TOPIC.owner, "topic": TOPIC.name}
    await days.keeper.open()
    METRICS.day_closed.labels(**labels).set(0)

    await days.restarted().open()

    shown = REGISTRY.get_sample_value("zarbia_day_closed_timestamp_seconds", labels)
    assert shown == datetime(2025, 3, 10, tzinfo=UTC).timestamp()
