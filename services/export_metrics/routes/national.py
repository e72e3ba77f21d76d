"""What is decided for the whole nation: who takes part in exports, and what is owed for them."""

from enum import IntEnum
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator

from chassis.folding.http import KnownOn, NotReady, check_known_through, require
from chassis.http.problems import responses
from services.export_metrics.picture.national import NationalPicture
from services.export_metrics.picture.national_answers import (
    ExposureAnswer,
    ParticipationAnswer,
    exposure,
    participation,
)
from services.export_metrics.picture.period import Period


def _one_month(text: str) -> str:
    if Period.parse(text).months != 1:
        raise ValueError("must be one month, YYYY-MM")
    return text


MonthText = Annotated[
    str, Query(description="the last month", examples=["2025-11"]), AfterValidator(_one_month)
]


class Span(IntEnum):
    MONTH = 1
    YEAR = 12


Months = Annotated[Span, Query(description="over how many months an exporter counts once")]
Group = Annotated[Literal["region", "exporter_kind", "women_led"] | None, Query()]
Limit = Annotated[int, Query(ge=1, le=10_000)]


def national_router(picture: NationalPicture, not_ready: NotReady) -> APIRouter:
    """They answer 503 until all that was decided has been read."""
    router = APIRouter(prefix="/v1", tags=["national picture"], responses=responses(409, 422, 503))

    @router.get("/participation")
    async def ask_participation(
        month: MonthText, months: Months = Span.YEAR, by: Group = None, known_on: KnownOn = None
    ) -> ParticipationAnswer:
        """Distinct exporters, now or as known on a day."""
        require(not_ready)
        check_known_through(picture.participation_through(), known_on)
        return participation(picture, Period.parse(month), months, by, known_on)

    @router.get("/exposure")
    async def ask_exposure(
        by: Literal["debtor", "country"] | None = None,
        limit: Limit = 100,
        known_on: KnownOn = None,
    ) -> ExposureAnswer:
        """What is owed in open invoices, at the last day that all sources closed or an earlier."""
        require(not_ready)
        check_known_through(picture.exposure_through(), known_on)
        return exposure(picture, by, known_on, limit)

    return router
