"""What is decided for the whole nation: who takes part in exports, and what is owed for them."""

from datetime import date
from enum import IntEnum
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator

from chassis.folding.http import KnownOn, NotReady, check_known_through, require
from chassis.http.problems import responses
from contracts.problem import Refusal, refused
from services.export_metrics.picture.national import NationalPicture
from services.export_metrics.picture.national_answers import (
    ExposureAnswer,
    ParticipationAnswer,
    exposure,
    participation,
)
from services.export_metrics.picture.period import Period
from services.export_metrics.routes.parameters import InDigits, Limit, check_own


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


Months = Annotated[
    Span, InDigits, Query(description="over how many months an exporter counts once")
]
Group = Annotated[Literal["region", "exporter_kind", "women_led"] | None, Query()]


def national_router(picture: NationalPicture, not_ready: NotReady) -> APIRouter:
    """They answer 503 until all that was decided has been read, 409 while that is no day."""
    router = APIRouter(prefix="/v1", tags=["national picture"], responses=responses(409, 422, 503))

    @router.get("/participation")
    async def ask_participation(
        request: Request,
        month: MonthText,
        months: Months = Span.YEAR,
        by: Group = None,
        known_on: KnownOn = None,
    ) -> ParticipationAnswer:
        """Distinct exporters, now or as known on a day. Of a month that is not over, up to now."""
        require(not_ready)
        check_own(request.query_params, {"month", "months", "by", "known_on"})
        through = picture.participation_through()
        check_known_through(through, known_on)
        last = Period.parse(month)
        _check_begun(last, through, known_on)
        return participation(picture, last, months, by, known_on)

    @router.get("/exposure")
    async def ask_exposure(
        request: Request,
        by: Literal["debtor", "country"] | None = None,
        limit: Limit = 100,
        known_on: KnownOn = None,
    ) -> ExposureAnswer:
        """What is owed in open invoices, at the last day that all sources closed or an earlier."""
        require(not_ready)
        check_own(request.query_params, {"by", "limit", "known_on"})
        through = picture.exposure_through()
        check_known_through(through, known_on)
        if through is None:  # which is not that nothing is owed
            raise refused(Refusal.NOT_YET, "not_known_yet", "", "no day is known yet")
        return exposure(picture, through, by, known_on, limit)

    return router


def _check_begun(last: Period, through: date | None, known_on: date | None) -> None:
    """Exporters are counted from the first day of the last month on: before, nobody has said how
    many they are, which is not that they are none.

    Raises: RefusedError, not yet where another day can tell.
    """
    begins_on = date.fromisoformat(f"{last.last}-01")
    if through is None or through < begins_on:
        to = f"exporters are counted to {through}" if through else "no day is known yet"
        raise refused(Refusal.NOT_YET, "not_known_yet", "month", to)
    if known_on is not None and known_on < begins_on:
        to = f"must not be before {begins_on}, from when on the month is counted"
        raise refused(Refusal.INVALID, "known_before_month", "known_on", to)
