"""The last lines say how many times as fast ours is, as the median of runs that stood together."""

import pytest

from bench.streams.child import Cost
from bench.streams.engines import CEILING, CEILING_AIOKAFKA, OURS, QUIX, STREAMS
from bench.streams.report import ratios, show


def costs(*seconds: float) -> list[Cost]:
    return [Cost(each, cpu=1.0, rss_mib=100.0) for each in seconds]


def test_the_last_lines_are_the_ratios(capsys: pytest.CaptureFixture[str]) -> None:
    measured = {
        OURS: costs(2.0, 4.0, 2.0),
        STREAMS: costs(6.0, 8.0, 7.0),
        QUIX: costs(1.0, 2.0, 1.0),
        CEILING: costs(0.5, 1.0, 0.5),
    }

    show(measured, events=1_000, cells=10, load=(1.0, 1.0, 1.0))

    assert capsys.readouterr().out.splitlines()[-3:] == [
        "ratio kafka-streams-eos 3.00",
        "ratio quix-eos 0.50",
        "ratio ceiling 0.25",
    ]


def test_the_ceiling_is_that_of_the_faster_client() -> None:
    measured = {OURS: costs(2.0), CEILING: costs(0.8), CEILING_AIOKAFKA: costs(0.5)}
    assert ratios(measured, CEILING, CEILING_AIOKAFKA) == [0.25]


def test_an_engine_that_did_not_run_has_no_ratio() -> None:
    assert ratios({OURS: costs(2.0)}, STREAMS) == []
