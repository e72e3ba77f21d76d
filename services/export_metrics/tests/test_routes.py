"""The national picture over HTTP."""

import httpx
import pytest
from fastapi import FastAPI

from chassis.http import problems
from services.export_metrics.picture.figures import DIMENSIONS
from services.export_metrics.routes import picture_router
from services.export_metrics.tests.test_picture import contribution, picture, triggers


def client(not_ready: list[str]) -> httpx.AsyncClient:
    app = FastAPI()
    problems.install(app)
    figures = picture(contribution(100), contribution(50, partner="US"))
    app.include_router(picture_router(figures, triggers(), lambda: not_ready, lambda: not_ready))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("by=planet", ["by.planet"]),
        ("by=partner&planet=mars", ["planet"]),
        ("by=partner,partner", ["by.partner"]),
        ("by=partner;drop", ["by.partner;drop"]),
    ],
)
async def test_an_unknown_dimension_is_named(query: str, names: list[str]) -> None:
    async with client([]) as http:
        response = await http.get(f"/v1/statistics?{query}")

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in response.json()["errors"]] == names


async def test_statistics_are_filtered_and_say_what_they_are() -> None:
    async with client([]) as http:
        answer = (await http.get("/v1/statistics?by=partner,unit&partner=US")).json()

    assert answer["by"] == ["partner", "unit"]
    assert [(row["partner"], row["unit"]) for row in answer["rows"]] == [("US", None)]
    assert answer["total"]["fob_value_mad"] == "0.50"
    assert (answer["status"], answer["definition"], answer["valuation"], answer["hs_edition"]) == (
        "flash",
        "export-statistics/1",
        "FOB, MAD",
        "HS2022",
    )


async def test_every_dimension_can_be_asked_for() -> None:
    async with client([]) as http:
        for name in DIMENSIONS:
            assert (await http.get(f"/v1/statistics?by={name}")).status_code == 200


async def test_before_all_is_read_there_is_no_answer() -> None:
    async with client(["not read to its end yet"]) as http:
        for path in ("/v1/statistics", "/v1/triggers"):
            assert (await http.get(path)).status_code == 503


async def test_triggers_over_http() -> None:
    async with client([]) as http:
        answer = (await http.get("/v1/triggers?state=all&limit=1")).json()
        wrong = await http.get("/v1/triggers?state=closed")

    assert (answer["count"], len(answer["triggers"])) == (2, 1)
    assert wrong.status_code == 422
