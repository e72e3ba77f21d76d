"""How long a publisher waits before it begins anew."""

from aiokafka.errors import ProducerFenced

from chassis.folding.publishing.retrying import (
    FENCED_SECONDS,
    FORGOTTEN_SECONDS,
    SECONDS,
    Retrying,
)

LOST = ConnectionError("lost")


def test_failures_in_a_row_wait_longer_and_longer() -> None:
    retrying = Retrying()

    waits = [retrying.seconds(LOST, 0.0) for _ in range(7)]

    assert waits == [*SECONDS, SECONDS[-1], SECONDS[-1]]


def test_after_a_success_the_waits_begin_anew() -> None:
    retrying = Retrying()
    for _ in range(3):
        retrying.seconds(LOST, 0.0)

    retrying.published()

    assert retrying.seconds(LOST, 0.0) == SECONDS[0]


def test_a_fenced_one_leaves_more_time_each_time_though_it_published_in_between() -> None:
    retrying = Retrying()

    waits = []
    for number in range(6):
        waits.append(retrying.seconds(ProducerFenced(), 60.0 * number))
        retrying.published()

    assert waits == [*FENCED_SECONDS, FENCED_SECONDS[-1]]


def test_a_fence_of_long_ago_is_forgotten() -> None:
    retrying = Retrying()
    retrying.seconds(ProducerFenced(), 0.0)

    assert retrying.seconds(ProducerFenced(), FORGOTTEN_SECONDS + 1) == FENCED_SECONDS[0]
