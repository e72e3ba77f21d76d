"""Figures of the registry over HTTP."""

from datetime import date
from pathlib import Path

import httpx
import pytest

from chassis.tests.http_api import application, client_of, operations, problems
from contracts.registry_metrics import PartitionClosed, ProducerCell, ProducerContribution
from contracts.topics import REGISTRY_PRODUCERS
from contracts.values import ProducerKind, WomenLed
from services.registry_metrics.app import create_app
from services.registry_metrics.picture import RegistryFigures
from services.registry_metrics.routes import producers_router
from services.registry_metrics.settings import RegistryMetricsSettings

FIRST, SECOND, OPEN = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)


def contribution(
    producers: int,
    region: str = "MA-03",
    *,
    day: date = FIRST,
    women_led: WomenLed = WomenLed.YES,
    partition: int = 0,
) -> ProducerContribution:
    cell = ProducerCell(
        chain="carpets", region=region, kind=ProducerKind.COOPERATIVE, women_led=women_led
    )
    return ProducerContribution(
        generation=1, partition=partition, knowledge_day=day, cell=cell, producers=producers
    )


def closed(through: date, partition: int, held: int = 0) -> PartitionClosed:
    return PartitionClosed(generation=1, partition=partition, through=through, held=held)


def figures() -> RegistryFigures:
    """Ten producers of two partitions, of which two moved on the second day."""
    found = RegistryFigures(2)
    found.apply(
        0,
        [
            contribution(4),
            contribution(7),  # in place of the one before
            contribution(2, "MA-07", women_led=WomenLed.NO),
            closed(FIRST, 0),
            contribution(-2, day=SECOND),
            contribution(2, "MA-07", day=SECOND),
            closed(SECOND, 0, held=3),
        ],
    )
    found.apply(1, [contribution(1, partition=1), closed(OPEN, 1)])
    return found


def client(not_ready: list[str] | None = None) -> httpx.AsyncClient:
    return client_of(application(producers_router(figures(), lambda: not_ready or [])))


async def test_producers_of_all_partitions_with_what_they_rest_on() -> None:
    async with client() as http:
        response = await http.get("/v1/producers", params={"by": "region,women_led"})

    assert response.json() == {
        "by": ["region", "women_led"],
        "rows": [
            {"region": "MA-03", "women_led": "yes", "producers": 6},
            {"region": "MA-07", "women_led": "no", "producers": 2},
            {"region": "MA-07", "women_led": "yes", "producers": 2},
        ],
        "total": 10,
        "definition": "registered-producers/1",
        "topic": REGISTRY_PRODUCERS.name,
        "known_on": None,
        "closed_through": "2026-03-03",
        "open_day": "2026-03-04",
        "held": 3,
    }


@pytest.mark.parametrize(
    ("query", "total", "rows"),
    [
        ("", 10, []),
        ("region=MA-07", 4, []),
        ("region=MA-07&region=MA-03", 10, []),
        ("region=MA-07&women_led=no", 2, []),
        ("region=MA-12&by=region", 0, []),
        ("chain=carpets&kind=cooperative&by=kind", 10, [("cooperative", 10)]),
        ("by=region&known_on=2026-03-02", 10, [("MA-03", 8), ("MA-07", 2)]),
        ("by=region&by=region", 10, [("MA-03", 6), ("MA-07", 4)]),
        ("known_on=2026-03-01&by=region", 0, []),
    ],
)
async def test_any_of_the_dimensions_by_any_of_its_values(
    query: str, total: int, rows: list[tuple[str, int]]
) -> None:
    async with client() as http:
        answer = (await http.get(f"/v1/producers?{query}")).json()

    assert answer["total"] == total
    assert [tuple(row.values()) for row in answer["rows"]] == rows


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("planet=mars", "planet"),
        ("by=planet", "by"),
        ("by=region;drop", "by"),
        ("region=MA-13", "region.0"),
        ("women_led=yes&women_led=perhaps", "women_led.1"),
        ("kind=", "kind.0"),
        ("known_on=2026-02-30", "known_on"),
        ("known_on=1700000000", "known_on"),
        ("known_on=2026-03-01&known_on=2026-03-02", "known_on"),
    ],
)
async def test_what_is_wrong_with_a_question_is_named(query: str, field: str) -> None:
    async with client() as http:
        assert list(problems(await http.get(f"/v1/producers?{query}"), 422)) == [field]


async def test_a_day_that_a_partition_has_not_closed_is_not_known_yet() -> None:
    async with client() as http:
        response = await http.get("/v1/producers", params={"known_on": OPEN.isoformat()})

    assert problems(response, 409) == {"known_on": "not_known_yet"}


async def test_what_is_not_whole_is_not_shown() -> None:
    async with client(["not read to its end yet"]) as http:
        response = await http.get("/v1/producers")

    assert response.status_code == 503
    assert "not read to its end yet" in response.text


async def test_the_service_describes_itself_and_is_not_ready_without_a_broker(
    tmp_path: Path,
) -> None:
    app = create_app(RegistryMetricsSettings(kafka="127.0.0.1:1", data=tmp_path))

    described = {name for name, _ in operations(app.openapi())}
    async with client_of(app) as http:
        ready = (await http.get("/health/ready")).json()
        status = (await http.get("/v1/status")).json()
        holds = (await http.get("/v1/holds")).json()

    assert described == {"get /v1/producers", "get /v1/status", "get /v1/holds"}
    assert not ready["ready"]
    assert ready["checks"].keys() == {"broker", "folding", "picture"}
    assert (status["partitions"], holds["holds"]) == ([], [])
    assert "no partition assigned" in status["problems"]
