"""Partitions are merged by timestamp, and the order inside each is kept."""

from collections import deque

from aiokafka import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from console.tail.reading import Record, Waiting, earliest_first
from console.tests.tail_records import Given

TIMES = st.lists(st.integers(0, 20), max_size=8)


def waiting(*partitions: list[int]) -> Waiting:
    """Partitions 0, 1…, each with records of these timestamps."""
    found: dict[TopicPartition, deque[Record]] = {}
    for number, times in enumerate(partitions):
        records = (Given(partition=number, offset=o, timestamp=t) for o, t in enumerate(times))
        found[TopicPartition("t", number)] = deque(records)
    return found


def times(records: list[Record]) -> list[tuple[int, int]]:
    return [(record.timestamp, record.partition) for record in records]


def test_records_come_by_timestamp() -> None:
    merged = list(earliest_first(waiting([1, 4], [2, 3], []), ()))
    assert times(merged) == [(1, 0), (2, 1), (3, 1), (4, 0)]


def test_nothing_comes_before_what_may_still_arrive() -> None:
    partitions = waiting([1, 4], [2, 3], [5])
    slow = TopicPartition("t", 1)

    assert times(list(earliest_first(partitions, [slow]))) == [(1, 0), (2, 1), (3, 1)]

    assert times(list(earliest_first(partitions, [slow]))) == []
    assert times(list(earliest_first(partitions, []))) == [(4, 0), (5, 2)]


def test_a_timestamp_that_goes_back_does_not_turn_a_partition_around() -> None:
    merged = list(earliest_first(waiting([9, 1], [5]), ()))
    assert times(merged) == [(5, 1), (9, 0), (1, 0)]


@given(st.lists(TIMES, min_size=1, max_size=4))
def test_each_partition_keeps_its_order_and_loses_nothing(partitions: list[list[int]]) -> None:
    merged = list(earliest_first(waiting(*partitions), ()))
    for number, expected in enumerate(partitions):
        own = [record for record in merged if record.partition == number]
        assert [record.timestamp for record in own] == expected
        assert [record.offset for record in own] == list(range(len(expected)))


@given(st.lists(TIMES.map(sorted), min_size=1, max_size=4))
def test_ordered_partitions_merge_into_one_order(partitions: list[list[int]]) -> None:
    merged = [record.timestamp for record in earliest_first(waiting(*partitions), ())]
    assert merged == sorted(time for times in partitions for time in times)
