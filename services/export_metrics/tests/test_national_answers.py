"""Participation and exposure over HTTP, from what the national fold has said."""

from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from chassis.http import problems
from contracts.nation import (
    Debtors,
    ExporterGroup,
    ExportersCounted,
    ExposureMeasured,
    NationalDayClosed,
)
from services.export_metrics.picture.national import NationalPicture, Said
from services.export_metrics.routes.national import national_router

KNOWN = date(2026, 4, 2)
"""The last day that shipments closed everywhere; the other sources are a day behind."""


def counted(day: date, exporters: int, month: str = "2026-03", **group: str) -> ExportersCounted:
    return ExportersCounted(
        generation=1,
        knowledge_day=day,
        last_month=month,
        months=12,
        group=ExporterGroup.model_validate(group),
        exporters=exporters,
    )


def owes(day: date, centimes: int, **whose: str) -> ExposureMeasured:
    return ExposureMeasured(
        generation=1,
        knowledge_day=day,
        debtors=Debtors.model_validate(whose),
        open_mad_centimes=centimes,
    )


SAID: tuple[Said, ...] = (
    counted(date(2026, 3, 2), 1),
    counted(date(2026, 3, 2), 1, region="MA-03"),
    counted(date(2026, 3, 20), 2),
    counted(date(2026, 3, 20), 1, region="MA-11"),
    counted(date(2026, 4, 1), 5, month="2026-04"),
    NationalDayClosed(generation=1, subject="participation", through=KNOWN),
    owes(date(2026, 3, 5), 150, debtor="ann"),
    owes(date(2026, 3, 5), 700, debtor="bob"),
    owes(date(2026, 3, 5), 850),
    owes(date(2026, 4, 1), 0, debtor="ann"),
    owes(date(2026, 4, 1), 700),
    NationalDayClosed(generation=1, subject="exposure", through=date(2026, 4, 1)),
)


async def asked(path: str, *said: Said, not_ready: tuple[str, ...] = ()) -> httpx.Response:
    picture = NationalPicture()
    for _ in range(2):  # being told again from the beginning changes nothing
        picture.apply(0, said)
    app = FastAPI()
    problems.install(app)
    app.include_router(national_router(picture, lambda: list(not_ready)))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        return await http.get(path)


async def answer(path: str, *said: Said) -> dict[str, Any]:
    response = await asked(path, *said)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_exporters_of_a_closed_month_are_provisional_and_a_later_change_revises() -> None:
    path = "/v1/participation?month=2026-03&by=region"

    found = await answer(path, *SAID)
    assert (found["status"], found["total"]) == ("provisional", 2)
    assert found["rows"] == [
        {"value": "MA-03", "exporters": 1},
        {"value": "MA-11", "exporters": 1},
    ]
    assert (found["period"]["first_month"], found["period"]["last_month"]) == ("2025-04", "2026-03")
    assert found["knowledge"] == {
        "known_on": None,
        "open_day": "2026-04-03",
        "closed_through": "2026-04-02",
    }

    late = counted(KNOWN, 0, region="MA-11")
    revised = await answer(path, *SAID, counted(KNOWN, 1), late)
    assert (revised["status"], revised["total"]) == ("revised", 1)
    assert revised["rows"] == [{"value": "MA-03", "exporters": 1}]


async def test_a_month_that_is_open_is_flash_and_what_was_known_is_kept() -> None:
    assert (await answer("/v1/participation?month=2026-04", *SAID))["status"] == "flash"

    then = await answer("/v1/participation?month=2026-03&known_on=2026-03-19", *SAID)
    assert (then["status"], then["total"]) == ("flash", 1)


async def test_a_month_may_stand_for_itself() -> None:
    alone = await answer("/v1/participation?month=2026-03&months=1", *SAID)

    assert (alone["total"], alone["period"]["first_month"]) == (0, "2026-03")


async def test_exposure_is_that_of_the_day_the_largest_first() -> None:
    then = await answer("/v1/exposure?by=debtor&known_on=2026-03-31&limit=1", *SAID)
    assert (then["total_mad"], then["count"]) == ("8.50", 2)
    assert then["rows"] == [{"value": "bob", "open_mad": "7.00", "since": "2026-03-05"}]

    now = await answer("/v1/exposure?by=debtor", *SAID)
    assert (now["status"], now["total_mad"]) == ("provisional", "7.00")
    assert [row["value"] for row in now["rows"]] == ["bob"]
    assert now["knowledge"]["closed_through"] == "2026-04-01"


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/v1/participation?month=2026-03", "month: no day is known yet"),
        ("/v1/exposure?by=country", "no day is known yet"),
        ("/v1/exposure?known_on=2026-04-01", "known_on: no day is known yet"),
    ],
)
async def test_before_a_day_is_decided_it_is_not_said_that_there_is_nothing(
    path: str, detail: str
) -> None:
    response = await asked(path)

    assert (response.status_code, response.headers["retry-after"]) == (409, "1")
    assert response.json()["detail"] == detail
    assert [error["code"] for error in response.json()["errors"]] == ["not_known_yet"]


async def test_a_day_on_which_all_was_paid_says_that_nothing_is_owed() -> None:
    all_paid = owes(date(2026, 4, 1), 0)

    found = await answer("/v1/exposure?by=debtor", *SAID, all_paid)

    assert (found["status"], found["total_mad"]) == ("provisional", "0.00")


async def test_one_subject_may_be_decided_before_the_other() -> None:
    counted_alone = [each for each in SAID if not isinstance(each, ExposureMeasured)][:-1]

    assert (await asked("/v1/exposure", *counted_alone)).status_code == 409
    assert (await asked("/v1/participation?month=2026-03", *counted_alone)).status_code == 200


@pytest.mark.parametrize("months", [1, 12])
async def test_a_month_that_has_not_begun_is_not_said_to_have_nobody(months: int) -> None:
    path = f"/v1/participation?months={months}"
    ahead = await asked(f"{path}&month=2026-05", *SAID)
    before = await asked(f"{path}&month=2026-04&known_on=2026-03-31", *SAID)

    assert (ahead.status_code, before.status_code) == (409, 422)
    assert ahead.json()["detail"] == "month: exporters are counted to 2026-04-02"
    (error,) = before.json()["errors"]
    assert (error["code"], error["field"]) == ("known_before_month", "known_on")
    assert (await asked(f"{path}&month=2026-04&known_on=2026-04-01", *SAID)).status_code == 200


@pytest.mark.parametrize(
    ("path", "code", "field"),
    [
        ("/v1/participation?month=2026-03&month=2026-04", "parameter_doubled", "month"),
        ("/v1/participation?month=2026-03&region=MA-03", "dimension_unknown", "region"),
        ("/v1/participation?month=2026-03&months=1.0", "field_value_error", "months"),
        ("/v1/participation?month=2026-03&months=012", "field_value_error", "months"),
        ("/v1/exposure?debtor=ann", "dimension_unknown", "debtor"),
        ("/v1/exposure?by=debtor&by=country", "parameter_doubled", "by"),
        ("/v1/exposure?limit=1_0", "field_value_error", "limit"),
        ("/v1/exposure?limit=%2B2", "field_value_error", "limit"),
    ],
)
async def test_what_was_not_asked_well_is_named(path: str, code: str, field: str) -> None:
    response = await asked(path, *SAID)

    (error,) = response.json()["errors"]
    assert (response.status_code, error["code"]) == (422, code)
    assert error["field"].endswith(field)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/participation?month=2026-03&known_on=2026-04-03", 409),
        ("/v1/exposure?known_on=2026-04-02", 409),
        ("/v1/participation", 422),
        ("/v1/participation?month=2026", 422),
        ("/v1/participation?month=2026-03&months=6", 422),
        ("/v1/participation?month=2026-03&by=planet", 422),
        ("/v1/exposure?by=planet", 422),
    ],
)
async def test_what_cannot_be_answered_is_refused(path: str, status: int) -> None:
    assert (await asked(path, *SAID)).status_code == status


async def test_until_all_is_read_there_is_no_answer() -> None:
    assert (await asked("/v1/exposure", *SAID, not_ready=("reading",))).status_code == 503
