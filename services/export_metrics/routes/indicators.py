"""Indicators of exports."""

import re
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator

from chassis.folding.http import KnownOn, NotReady, check_known, require
from chassis.http.problems import responses
from contracts.problem import Refusal, refused
from services.export_metrics.picture.figures import NationalFigures, Window
from services.export_metrics.picture.indicator_answers import IndicatorsAnswer, indicators
from services.export_metrics.picture.period import Period
from services.export_metrics.picture.questions import Question
from services.export_metrics.picture.series import SeriesAnswer, Years, series
from services.export_metrics.picture.unit_values import UnitValuesAnswer, unit_values
from services.export_metrics.routes.parameters import (
    By,
    InDigits,
    PeriodText,
    asked,
    filters,
)

MOST_YEARS = 30
_BY_PERIOD = ("month",)
_OF_UNIT_VALUES = ("month", "unit")


def _span_of_years(text: str) -> str:
    found = re.fullmatch(r"([12][0-9]{3})\.\.([12][0-9]{3})", text, re.ASCII)
    if not found or not 1 <= int(found[2]) - int(found[1]) < MOST_YEARS:
        raise ValueError(f"must be two years as 2021..2024, less than {MOST_YEARS} apart")
    return text


YearsText = Annotated[
    str,
    Query(description="complete years", examples=["2021..2024"]),
    AfterValidator(_span_of_years),
]
LagDays = Annotated[
    int | None,
    InDigits,
    Query(ge=0, le=36_500, description="days after the end of each period; else the most known"),
]
BaseYear = Annotated[
    int | None, InDigits, Query(description="the year that is 100; else the first")
]


def indicators_router(
    figures: NationalFigures, not_ready: NotReady, growth_floor_mad: int
) -> APIRouter:
    """Routes of indicators. They answer 503 until all contributions have been read."""
    router = APIRouter(
        prefix="/v1/indicators", tags=["national picture"], responses=responses(409, 422, 503)
    )

    @router.get("", openapi_extra=filters(without=_BY_PERIOD))
    async def ask_indicators(
        request: Request,
        period: PeriodText,
        by: By = "",
        known_on: KnownOn = None,
        lag_days: LagDays = None,
    ) -> IndicatorsAnswer:
        """Growth on the same months of the year before, share, rank and what adds up to growth."""
        require(not_ready)
        own = {"period", "by", "known_on", "lag_days"}
        groups, where = asked(request.query_params, own, without=_BY_PERIOD)
        check_known(figures.closings, known_on)
        months = Period.parse(period)
        _check_lag(figures, months, known_on, lag_days)
        floor = growth_floor_mad * 100
        return indicators(figures, Question(months, groups, where, known_on, lag_days, floor))

    @router.get("/years", openapi_extra=filters(without=_BY_PERIOD))
    async def ask_years(
        request: Request,
        years: YearsText,
        base: BaseYear = None,
        by: By = "",
        known_on: KnownOn = None,
    ) -> SeriesAnswer:
        """An index on a base year, and the average annual growth from the first to the last."""
        require(not_ready)
        own = {"years", "base", "by", "known_on"}
        groups, where = asked(request.query_params, own, without=_BY_PERIOD)
        check_known(figures.closings, known_on)
        return series(figures, _years(years, base), groups, where, known_on)

    @router.get("/unit-values", openapi_extra=filters(without=_OF_UNIT_VALUES))
    async def ask_unit_values(
        request: Request, period: PeriodText, known_on: KnownOn = None
    ) -> UnitValuesAnswer:
        """Value for one unit of quantity, by HS code and unit, with how much of it is covered."""
        require(not_ready)
        _, where = asked(request.query_params, {"period", "known_on"}, without=_OF_UNIT_VALUES)
        check_known(figures.closings, known_on)
        return unit_values(figures, where, Window(Period.parse(period), known_on))

    return router


def _check_lag(
    figures: NationalFigures, period: Period, known_on: date | None, lag_days: int | None
) -> None:
    """Raises: RefusedError (not yet) while the period is not known so many days after its end."""
    through = known_on or figures.closings.through()
    known = (through - period.ends_on).days if through else -1
    if lag_days is not None and lag_days > known:
        to = f"the period is known to {known} days after its end" if known >= 0 else "it is open"
        raise refused(Refusal.NOT_YET, "not_known_yet", "lag_days", to)


def _years(text: str, base: int | None) -> Years:
    first, last = int(text[:4]), int(text[-4:])
    if base is not None and not first <= base <= last:
        raise refused(Refusal.INVALID, "base_outside", "base", f"must be one of {text}")
    return Years(first, last, base or first)
