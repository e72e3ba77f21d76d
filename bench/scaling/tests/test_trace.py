"""What follows from looks at a fold: slices of the log, and what so many shipments need."""

import pytest

from bench.scaling.trace import Held, Sample, flatness, for_each_further, held, largest_step, slices


def sample(at: float, published: int, cpu: float, rss: int = 0, disk: int = 0) -> Sample:
    return Sample(at, published, cpu, rss, disk)


def test_a_slice_begins_where_something_is_published_first() -> None:
    samples = [sample(0, 0, 5.0), sample(1, 10, 6.0), sample(2, 110, 7.0), sample(3, 210, 9.0)]

    found = slices(samples, 100)

    assert [each.start for each in found] == [10, 110]
    assert [each.cpu for each in found] == pytest.approx([0.01, 0.02])
    assert [each.seconds for each in found] == pytest.approx([0.01, 0.01])
    assert flatness(found) == pytest.approx(2.0)


def test_between_two_looks_a_straight_line_is_drawn() -> None:
    samples = [sample(0, 100, 1.0), sample(4, 500, 9.0)]
    assert [each.cpu for each in slices(samples, 200)] == pytest.approx([0.02, 0.02])


def test_what_is_less_than_a_slice_counts_in_none() -> None:
    assert len(slices([sample(0, 1, 0.0), sample(1, 250, 1.0)], 100)) == 2
    assert slices([sample(0, 0, 0.0)], 100) == []


def test_the_largest_step_is_that_between_two_looks() -> None:
    samples = [sample(0, 0, 0), sample(1, 900, 0), sample(2, 1_000, 0), sample(3, 1_300, 0)]
    assert largest_step(samples) == 300
    assert largest_step(samples[:2]) == 0


def test_what_is_held_needs_the_most_memory_until_then() -> None:
    samples = [
        sample(0, 0, 0, rss=50, disk=1),
        sample(1, 90, 0, rss=300, disk=2),
        sample(2, 120, 0, rss=200, disk=3),
        sample(3, 400, 0, rss=350, disk=4),
    ]
    assert held(samples, [400, 100]) == [Held(100, 300, 3), Held(400, 350, 4)]


def test_a_size_that_was_not_reached_is_an_error() -> None:
    with pytest.raises(ValueError, match="200 shipments were never held"):
        held([sample(0, 199, 0)], [100, 200])


def test_each_further_shipment_needs_the_difference() -> None:
    assert for_each_further([Held(100, 5_000, 0), Held(300, 6_000, 0)]) == 5.0
    assert for_each_further([Held(100, 5_000, 0)]) is None
