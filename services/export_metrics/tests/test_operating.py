"""The route by which an operator has a generation take over."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from aiokafka.errors import KafkaConnectionError
from fastapi import FastAPI
from pydantic import ValidationError

from chassis.folding.operating import Succeeding, generation_router
from chassis.folding.publishing.charge import Charge, Role
from chassis.folding.running.topics import topics_of
from chassis.http import problems
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import ExportMetricsSettings

PATH = "/internal/generation/take-over"


class Publisher:
    """One of which the cursors say what it has noticed itself, or else."""

    def __init__(self, role: Role | None) -> None:
        self.role = role
        self.by_cursors = role or Role.SILENT

    async def charge(self) -> Charge:
        if self.role is Role.IN_CHARGE:
            raise KafkaConnectionError("no broker")
        return Charge(self.by_cursors, None, 1, None)


class Process:
    """One that folds two partitions."""

    def __init__(self) -> None:
        publishers = [Publisher(role) for role in (Role.SILENT, None)]
        self.partitions = {n: SimpleNamespace(publisher=each) for n, each in enumerate(publishers)}
        self.took_over = 0

    def problems(self) -> list[str]:
        return []

    def take_over(self) -> None:
        self.took_over += 1


@pytest.fixture
def process() -> Process:
    return Process()


def client_of(process: Process, host: str = "127.0.0.1") -> httpx.AsyncClient:
    app = FastAPI()
    problems.install(app)
    app.include_router(generation_router(2, cast("Succeeding", process)))
    transport = httpx.ASGITransport(app, client=(host, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://test")


@pytest.fixture
async def client(process: Process) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(process) as client:
        yield client


async def test_it_takes_over_wherever_it_folds(client: httpx.AsyncClient, process: Process) -> None:
    response = await client.post(PATH, json={"generation": 2})

    assert response.json() == {"generation": 2, "roles": {"0": "silent", "1": "not known yet"}}
    assert process.took_over == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"generation": 1}, 409, "generation_is_another"),
        ({}, 422, "field_missing"),
        ({"generation": 0}, 422, "field_greater_than_equal"),
        ({"generation": 2, "force": True}, 422, "field_extra_forbidden"),
    ],
)
async def test_what_is_refused(
    client: httpx.AsyncClient, process: Process, body: dict[str, Any], status: int, code: str
) -> None:
    response = await client.post(PATH, json=body)

    assert (response.status_code, process.took_over) == (status, 0)
    assert [error["code"] for error in response.json()["errors"]] == [code]


async def test_one_that_is_retired_does_not_come_back(
    client: httpx.AsyncClient, process: Process
) -> None:
    """Also when its process has not noticed that it is."""
    process.partitions[1].publisher.by_cursors = Role.RETIRED

    response = await client.post(PATH, json={"generation": 2})

    assert (response.status_code, process.took_over) == (409, 0)
    assert "is retired in partitions 1" in response.text


async def test_when_the_cursors_cannot_be_read_nothing_is_done(
    client: httpx.AsyncClient, process: Process
) -> None:
    process.partitions[0].publisher.role = Role.IN_CHARGE

    response = await client.post(PATH, json={"generation": 2})

    assert (response.status_code, process.took_over) == (503, 0)


async def test_from_another_machine_it_is_refused(process: Process) -> None:
    async with client_of(process, "192.0.2.1") as client:
        response = await client.post(PATH, json={"generation": 2})

    assert (response.status_code, process.took_over) == (403, 0)
    assert response.json()["detail"] == "generations take over from this machine only"


def test_a_generation_has_topics_of_its_own_and_looks_at_the_cursors_before_it() -> None:
    names = [topic.name for topic in topics_of(EXPORT_STATISTICS, 3)]

    cursors = [f"export-metrics.cursors.v1.g{number}" for number in (1, 2, 3)]
    assert names == [*cursors, "export-metrics.statistics.v1.g3"]


def test_the_setting_names_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ExportMetricsSettings().export_metrics_generation == 1

    monkeypatch.setenv("ZARBIA_EXPORT_METRICS_GENERATION", "2")
    assert ExportMetricsSettings().export_metrics_generation == 2
    monkeypatch.setenv("ZARBIA_EXPORT_METRICS_GENERATION", "0")
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        ExportMetricsSettings()
