"""How long a publisher waits before it begins anew."""

from aiokafka.errors import ProducerFenced

from chassis.folding.publishing.retrying import (
    FENCED_SECONDS,
    FORGOTTEN_SECONDS,
    SECONDS,
    Retrying,
)

LOST = ConnectionError("lost")
SHORT, LONG = 0.1, SECONDS[-1] + 1.0


def test_failures_in_a_row_wait_longer_and_longer() -> None:
    retrying = Retrying()

    waits = [retrying.seconds(LOST, n, n + SHORT) for n in range(7)]

    assert waits == [*SECONDS, SECONDS[-1], SECONDS[-1]]


def test_when_it_went_well_for_a_while_the_waits_begin_anew() -> None:
    retrying = Retrying()
    for _ in range(3):
        retrying.seconds(LOST, 0.0, SHORT)

    assert retrying.seconds(LOST, 1.0, 1.0 + LONG) == SECONDS[0]


def test_a_fenced_one_leaves_more_time_each_time_though_it_went_well_in_between() -> None:
    retrying = Retrying()

    waits = [retrying.seconds(ProducerFenced(), 60.0 * n, 60.0 * n + LONG) for n in range(6)]

    assert waits == [*FENCED_SECONDS, FENCED_SECONDS[-1]]


def test_a_fence_of_long_ago_is_forgotten() -> None:
    retrying = Retrying()
    retrying.seconds(ProducerFenced(), 0.0, 1.0)

    later = 1.0 + FORGOTTEN_SECONDS + 1.0
    assert retrying.seconds(ProducerFenced(), 2.0, later) == FENCED_SECONDS[0]
