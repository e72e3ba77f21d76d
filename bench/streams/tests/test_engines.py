"""Every engine is really told the interval that the table says it had."""

from pathlib import Path

import pytest

from bench.streams.engines import (
    CEILING,
    CEILING_AIOKAFKA,
    COMMIT_MS,
    COMMON_MS,
    OURS_SHORT,
    QUIX_SHORT,
    SHORT_MS,
    STREAMS,
    STREAMS_SHORT,
    TRANSACTION_MS,
    Engine,
    Run,
    engines,
)
from bench.streams.report import RATIOS
from services.export_metrics.settings import ExportMetricsSettings

RUN = Run("broker:9092", "bench-some-0", Path("state"))


def told(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> float | None:
    """Milliseconds between two commits, by its command and its environment."""
    if engine.environment:
        for name, value in engine.environment.items():
            monkeypatch.setenv(name, value)
        return ExportMetricsSettings().publish_pause_behind * 1000
    command = engine.command(RUN)
    if "--commit-interval" in command:
        return float(command[command.index("--commit-interval") + 1]) * 1000
    return float(settings_of(command)["commit.interval.ms"]) if "StreamsFold" in command else None


def settings_of(command: list[str]) -> dict[str, str]:
    _, _, settings = " ".join(command).partition("StreamsFold")
    return dict(each.split("=", 1) for each in settings.split() if "=" in each)


def named(name: str) -> Engine:
    return next(engine for engine in engines(Path("classes")) if engine.name == name)


def test_each_engine_is_told_what_the_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {engine.name: told(engine, monkeypatch) for engine in engines(Path("classes"))}
    assert found == {**COMMIT_MS, CEILING: None, CEILING_AIOKAFKA: None}


def test_those_of_the_ratios_commit_as_often_as_ours_does_by_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ZARBIA_PUBLISH_PAUSE_BEHIND", raising=False)
    compared = {COMMIT_MS.get(name) for names in RATIOS.values() for name in names} - {None}

    assert compared == {COMMON_MS}
    assert ExportMetricsSettings().publish_pause_behind * 1000 == COMMON_MS


def test_the_short_interval_has_a_row_of_each() -> None:
    short = {name for name, ms in COMMIT_MS.items() if ms == SHORT_MS}
    assert short == {OURS_SHORT, STREAMS_SHORT, QUIX_SHORT}


@pytest.mark.parametrize("name", [STREAMS, STREAMS_SHORT])
def test_the_broker_bears_a_transaction_of_kafka_streams_for_longer_than_the_interval(
    name: str,
) -> None:
    settings = settings_of(named(name).command(RUN))
    assert int(settings["producer.transaction.timeout.ms"]) == TRANSACTION_MS
    assert int(settings["commit.interval.ms"]) < TRANSACTION_MS


def test_the_cache_of_kafka_streams_is_stated() -> None:
    cache = settings_of(named(STREAMS).command(RUN))["statestore.cache.max.bytes"]
    assert int(cache) == 64 * 2**20
