"""The national picture over HTTP."""

from datetime import date

import httpx
import pytest
from fastapi import FastAPI

from chassis.http import problems
from services.export_metrics.picture.figures import DIMENSIONS
from services.export_metrics.routes.figures import figures_router
from services.export_metrics.routes.indicators import indicators_router
from services.export_metrics.routes.triggers import triggers_router
from services.export_metrics.tests.picture import closed, contribution, picture
from services.export_metrics.tests.test_picture import triggers


def client(not_ready: list[str]) -> httpx.AsyncClient:
    """Figures of March 2026 that are known to the 20th."""
    app = FastAPI()
    problems.install(app)
    figures = picture(
        contribution(100),
        contribution(50, partner="US"),
        contribution(7, partner="ES", unit=None),
        closed(date(2026, 3, 20)),
    )
    app.include_router(figures_router(figures, lambda: not_ready))
    app.include_router(indicators_router(figures, lambda: not_ready, growth_floor_mad=0))
    app.include_router(triggers_router(triggers(), lambda: not_ready))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


STATISTICS, INDICATORS = "/v1/statistics", "/v1/indicators"
YEARS, UNIT_VALUES = "/v1/indicators/years", "/v1/indicators/unit-values"


@pytest.mark.parametrize(
    ("path", "query", "names"),
    [
        (STATISTICS, "by=planet", ["by.planet"]),
        (STATISTICS, "by=partner&planet=mars", ["planet"]),
        (STATISTICS, "by=partner,partner,partner,month", ["by.partner"]),
        (STATISTICS, "by=partner;drop", ["by.partner;drop"]),
        (STATISTICS, "by=partner&by=month", ["by"]),
        (STATISTICS, "month=2025-13", ["month"]),
        (STATISTICS, "month=0000-01", ["month"]),
        (
            STATISTICS,
            "partner=fr&women_led=perhaps&hs_code=57",
            ["partner", "women_led", "hs_code"],
        ),
        (STATISTICS, "partner=FR&partner=France", ["partner"]),
        (STATISTICS, "unit=M2", ["unit"]),
        (STATISTICS, "partner=", ["partner"]),
        (STATISTICS, "known_on=2026-02-30", ["known_on"]),
        (STATISTICS, "known_on=1700000000", ["known_on"]),
        (STATISTICS, "period=2026-03", ["period"]),
        (INDICATORS, "", ["period"]),
        (INDICATORS, "period=2025-13", ["period"]),
        (INDICATORS, "period=2025-02..2025-01", ["period"]),
        (INDICATORS, "period=2024-01..2025-01", ["period"]),
        (INDICATORS, "period=2025&period=2024", ["period"]),
        (INDICATORS, "period=2025&known_on=soon&lag_days=-1", ["known_on", "lag_days"]),
        (INDICATORS, "period=2025&by=month&month=2025-01", ["by.month", "month"]),
        (YEARS, "years=2021..2021", ["years"]),
        (YEARS, "years=1021..2021", ["years"]),
        (YEARS, "years=2021..2024&base=2020", ["base"]),
        (UNIT_VALUES, "period=2025&by=partner&unit=kg", ["unit", "by"]),
    ],
)
async def test_what_is_wrong_with_a_question_is_named(
    path: str, query: str, names: list[str]
) -> None:
    async with client([]) as http:
        response = await http.get(f"{path}?{query}")

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert sorted(error["field"] for error in response.json()["errors"]) == sorted(names)


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        (STATISTICS, "known_on=2026-03-21", "known_on"),
        (INDICATORS, "period=2026-02&known_on=2026-03-21", "known_on"),
        (INDICATORS, "period=2026-02&lag_days=21", "lag_days"),
        (INDICATORS, "period=2026-03&lag_days=0", "lag_days"),
        (YEARS, "years=2024..2025&known_on=2026-03-21", "known_on"),
        (UNIT_VALUES, "period=2026-02&known_on=2026-03-21", "known_on"),
    ],
)
async def test_a_day_that_is_not_closed_may_be_asked_for_later(
    path: str, query: str, field: str
) -> None:
    async with client([]) as http:
        response = await http.get(f"{path}?{query}")

    assert (response.status_code, response.headers["retry-after"]) == (409, "1")
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_a_refusal_says_to_which_day_it_is_known() -> None:
    async with client([]) as http:
        response = await http.get("/v1/statistics?known_on=2026-03-21")

    assert response.json()["detail"] == "known_on: figures are known to 2026-03-20"


async def test_a_dimension_that_stands_twice_means_any_of_them() -> None:
    async with client([]) as http:
        answer = (await http.get("/v1/statistics?partner=US&partner=FR&unit=")).json()

    assert answer["total"]["fob_value_mad"] == "1.50"


async def test_indicators_over_http() -> None:
    async with client([]) as http:
        answer = (await http.get("/v1/indicators?period=2026&by=partner&region=MA-03")).json()
        years = (await http.get("/v1/indicators/years?years=2025..2026")).json()
        values = (await http.get("/v1/indicators/unit-values?period=2026-03")).json()

    assert [row["group"]["partner"] for row in answer["rows"]] == ["FR", "US", "ES"]
    assert answer["definitions"]["growth_percent"] == "growth/1"
    assert years["total"]["values"][1]["value_mad"] == "1.57"
    assert values["rows"][0]["reasons"]["unit_value_mad"] == "no-quantity"


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
        for path in (STATISTICS, f"{INDICATORS}?period=2026", "/v1/triggers"):
            assert (await http.get(path)).status_code == 503


async def test_triggers_over_http() -> None:
    async with client([]) as http:
        answer = (await http.get("/v1/triggers?state=all&limit=1")).json()
        wrong = await http.get("/v1/triggers?state=closed")

    assert (answer["count"], len(answer["triggers"])) == (3, 1)
    assert wrong.status_code == 422
