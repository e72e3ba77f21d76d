"""How far a reader is behind, from the records that it was given and where its consumer stands."""

from dataclasses import dataclass

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError
from prometheus_client import REGISTRY

from chassis.reader.lag import Lag

LABELS = {"service": "tests", "topic": "a-topic"}


@dataclass(frozen=True)
class Stamp:
    """A record: its offset, and the second at which it was recorded."""

    offset: int
    second: int

    @property
    def timestamp(self) -> int:
        return self.second * 1000


class FakeConsumer:
    """Stands at these positions, with these ends; None: not assigned."""

    def __init__(self, *places: tuple[int, int | None] | None) -> None:
        self._places = places

    async def position(self, partition: TopicPartition) -> int:
        if (place := self._place(partition)) is None:
            raise IllegalStateError("not assigned")
        return place[0]

    def highwater(self, partition: TopicPartition) -> int | None:
        place = self._place(partition)
        return place and place[1]

    def _place(self, partition: TopicPartition) -> tuple[int, int | None] | None:
        number: int = partition.partition
        return self._places[number]


@pytest.fixture
def lag() -> Lag:
    return Lag("tests", "a-topic")


async def shown(lag: Lag, consumer: FakeConsumer, *partitions: int) -> tuple[float, float]:
    """Records and seconds as they would be scraped."""
    await lag.show(consumer, partitions)
    records = REGISTRY.get_sample_value("zarbia_lag_records", LABELS)
    seconds = REGISTRY.get_sample_value("zarbia_lag_seconds", LABELS)
    assert records is not None
    assert seconds is not None
    return records, seconds


def take(lag: Lag, partition: int, *batch: Stamp) -> None:
    lag.fetched(partition, batch)
    lag.handled(partition, batch, batch[-1].offset + 1)


async def test_caught_up_is_no_lag_however_long_ago(lag: Lag) -> None:
    take(lag, 0, Stamp(4, second=100))
    take(lag, 1, Stamp(7, second=9_000))

    assert await shown(lag, FakeConsumer((5, 5), (8, 8)), 0, 1) == (0, 0)


async def test_behind_is_told_from_the_last_handled_to_the_newest_fetched(lag: Lag) -> None:
    take(lag, 0, Stamp(4, second=100), Stamp(5, second=160))
    take(lag, 1, Stamp(7, second=400))

    assert await shown(lag, FakeConsumer((6, 16), (8, 8)), 0, 1) == (10, 240)


async def test_what_is_being_handled_is_not_handled_yet(lag: Lag) -> None:
    take(lag, 0, Stamp(4, second=100))

    lag.fetched(0, [Stamp(5, second=130), Stamp(6, second=145)])

    assert await shown(lag, FakeConsumer((7, 9)), 0) == (4, 45)


async def test_what_was_fetched_several_times_is_unhandled_from_its_first_record_on(
    lag: Lag,
) -> None:
    take(lag, 0, Stamp(4, second=100))
    lag.fetched(0, [Stamp(5, second=130)])
    lag.fetched(0, [Stamp(6, second=145), Stamp(7, second=150)])
    assert await shown(lag, FakeConsumer((8, 10)), 0) == (5, 50)

    lag.handled(0, [Stamp(7, second=150)], 8)

    assert await shown(lag, FakeConsumer((8, 10)), 0) == (2, 0)


async def test_a_batch_that_was_handled_in_part_leaves_its_rest(lag: Lag) -> None:
    batch = [Stamp(4, second=100), Stamp(5, second=130), Stamp(6, second=145)]
    lag.fetched(0, batch)

    lag.handled(0, batch, 5)

    assert await shown(lag, FakeConsumer((5, 7)), 0) == (2, 45)


async def test_markers_of_transactions_are_no_records_left(lag: Lag) -> None:
    take(lag, 0, Stamp(4, second=100))

    assert await shown(lag, FakeConsumer((6, 6)), 0) == (0, 0)


async def test_a_partition_that_another_reader_has_does_not_count(lag: Lag) -> None:
    take(lag, 0, Stamp(4, second=100))
    take(lag, 1, Stamp(4, second=200))

    assert await shown(lag, FakeConsumer((5, 9), None), 1) == (0, 0)
    assert await shown(lag, FakeConsumer((5, 9), None), 0) == (4, 0)


async def test_an_end_that_is_not_known_yet_is_no_lag(lag: Lag) -> None:
    assert await shown(lag, FakeConsumer((5, None)), 0) == (0, 0)
