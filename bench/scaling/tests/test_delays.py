"""An event is covered by the first cursor beyond its offset, in its partition."""

from array import array

import pytest

from bench.scaling.broker import Stretch
from bench.scaling.delays import Delays, Window, delays, percentile, published_at
from bench.scaling.watching import Seen

ALL = Window(0, 1_000)


def test_the_first_cursor_beyond_the_offset_counts() -> None:
    log = {0: Stretch(7, array("q", [1_000, 1_500, 2_000]))}
    seen = [Seen(0, 8, 1.25), Seen(0, 10, 3.0)]
    assert delays(log, seen, ALL, ended=9.0) == Delays([250.0, 1_000.0, 1_500.0], 0)


def test_each_partition_has_its_own_cursors() -> None:
    log = {0: Stretch(0, array("q", [1_000])), 1: Stretch(0, array("q", [1_000]))}
    seen = [Seen(1, 5, 2.0), Seen(0, 5, 4.0)]
    assert delays(log, seen, ALL, ended=9.0).ms == [1_000.0, 3_000.0]


def test_what_is_not_covered_took_at_least_as_long_as_was_waited() -> None:
    log = {0: Stretch(0, array("q", [1_000, 2_000]))}
    assert delays(log, [Seen(0, 1, 1.5)], ALL, ended=9.0) == Delays([500.0, 7_000.0], 1)


def test_only_what_was_appended_in_the_window_counts() -> None:
    log = {0: Stretch(0, array("q", [999, 1_000, 1_999, 2_000]))}
    assert delays(log, [Seen(0, 4, 3.0)], Window(1, 2), ended=9.0).ms == [1_001.0, 2_000.0]


@pytest.mark.parametrize(
    ("percent", "expected"), [(0, 1), (1, 1), (50, 50), (50.5, 51), (99, 99), (100, 100)]
)
def test_a_percentile_is_the_nearest_rank(percent: float, expected: int) -> None:
    assert percentile(range(1, 101), percent) == expected


def test_a_percentile_of_one_is_that_one() -> None:
    assert percentile([3.0], 99) == 3.0


def test_published_is_what_the_last_cursors_say() -> None:
    seen = [Seen(0, 5, 1.0), Seen(1, 7, 2.0), Seen(0, 9, 3.0)]
    assert [published_at(seen, at) for at in (0.5, 2.0, 3.0)] == [0, 12, 16]
