"""The last lines say how many times as fast ours is, as the median of runs that stood together."""

import pytest

from bench.streams.child import Cost
from bench.streams.engines import (
    CEILING,
    CEILING_AIOKAFKA,
    OURS,
    OURS_SHORT,
    QUIX,
    STREAMS,
    STREAMS_SHORT,
)
from bench.streams.report import commit_of, ratios, show


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


def test_an_engine_is_compared_with_ours_at_the_same_interval() -> None:
    measured = {OURS: costs(2.0), OURS_SHORT: costs(4.0), STREAMS_SHORT: costs(6.0)}
    assert ratios(measured, STREAMS_SHORT) == [1.5]


def test_without_ours_at_that_interval_there_is_no_ratio() -> None:
    assert ratios({OURS: costs(2.0), STREAMS_SHORT: costs(6.0)}, STREAMS_SHORT) == []


def test_the_table_names_the_interval_of_each_row(capsys: pytest.CaptureFixture[str]) -> None:
    names = (OURS, OURS_SHORT, STREAMS, STREAMS_SHORT, QUIX)
    show({name: costs(2.0) for name in names}, events=1_000, cells=10, load=(1.0, 1.0, 1.0))

    lines = capsys.readouterr().out.splitlines()
    rows = {line.split()[0]: " ".join(line.split()[1:3]) for line in lines if line.strip()}

    assert {name: rows[name] for name in names} == {
        OURS: "10 s",
        OURS_SHORT: "100 ms",
        STREAMS: "10 s",
        STREAMS_SHORT: "100 ms",
        QUIX: "10 s",
    }


def test_a_ceiling_commits_nothing() -> None:
    assert commit_of(CEILING) == ""


def test_under_the_table_stands_what_kafka_streams_was_given(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show({STREAMS: costs(2.0)}, events=1_000, cells=10, load=(1.0, 1.0, 1.0))

    said = " ".join(capsys.readouterr().out.split())

    assert "a cache of 64 MiB for the totals" in said
    assert "transactions of up to 60 s" in said
