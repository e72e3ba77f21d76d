"""How long a publisher rests: in proportion to what it did, within bounds."""

import pytest

from chassis.folding.publishing.pace import rest
from chassis.folding.settings import FoldSettings

SETTINGS = FoldSettings(publish_pause=0.03, publish_pause_times=2, publish_pause_most=0.25)


@pytest.mark.parametrize(
    ("took", "expected"),
    [(0.0, 0.03), (0.008, 0.03), (0.05, 0.1), (0.125, 0.25), (3.0, 0.25)],
)
def test_a_publisher_rests_in_proportion(took: float, expected: float) -> None:
    assert rest(SETTINGS, took) == pytest.approx(expected)


def test_the_least_rest_goes_before_the_most() -> None:
    unhurried = FoldSettings(publish_pause=3)

    assert rest(unhurried, 0.1) == 3
