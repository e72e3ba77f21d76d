"""Years beside each other: an index on a base year, and the average annual growth."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from pydantic import BaseModel, Field

from services.export_metrics.domain.figures import DEFINITION
from services.export_metrics.picture import indicators
from services.export_metrics.picture.basis import Basis, basis, first_complete, months
from services.export_metrics.picture.figures import NationalFigures, Where, Window
from services.export_metrics.picture.indicator_answers import explanations, shown
from services.export_metrics.picture.indicators import Group, NoValue, in_order
from services.export_metrics.picture.period import Period
from services.export_metrics.picture.rounding import decimal

DEFINITIONS = {
    "value_mad": DEFINITION,
    "index": "base-year-index/1",
    "cagr_percent": "compound-annual-growth/1",
}


class Years(NamedTuple):
    """From the first to the last, both included, with the base among them."""

    first: int
    last: int
    base: int


class YearValue(BaseModel):
    year: int
    value_mad: str
    index: str | None
    reason: NoValue | None = Field(description="why there is no index")


class Series(BaseModel):
    """A value for each year. An open year has no index, and ends no average growth."""

    values: list[YearValue]
    cagr_percent: str | None
    reason: NoValue | None = Field(description="why there is no average growth")


class GroupSeries(Series):
    group: dict[str, str | None]


class SeriesAnswer(Basis):
    """Groups by name. `series` names the base: figures on another base are another series."""

    series: str
    by: list[str]
    rows: list[GroupSeries]
    total: Series
    definitions: dict[str, str] = DEFINITIONS
    explanations: dict[str, str]


def series(
    figures: NationalFigures,
    years: Years,
    by: Sequence[str],
    where: Where,
    known_on: date | None,
) -> SeriesAnswer:
    """The answer in decimal strings, with what it rests on."""
    windows = {
        year: Window(Period.of_year(year), known_on) for year in range(years.first, years.last + 1)
    }
    complete = {year for year, at in windows.items() if first_complete(figures, at) is not None}
    found = figures.compare(by, where, list(windows.values()))
    rows = [
        GroupSeries(
            group=dict(zip(by, group, strict=True)),
            **dict(_series(found[group], years, complete)),
        )
        for group in _groups(found, by)
    ]
    values = [sum(group[n] for group in found.values()) for n in range(len(windows))]
    total = _series(values, years, complete)
    whole = Window(Period(f"{years.first:04}-01", f"{years.last:04}-12"), known_on)
    reasons = [one for told in (*rows, total) for one in (told.reason, *_reasons(told))]
    return SeriesAnswer(
        series=f"{years.base}=100",
        by=list(by),
        rows=rows,
        total=total,
        explanations=explanations(reasons),
        **dict(basis(figures, months(figures, where, whole), known_on)),
    )


def _groups(found: dict[Group, list[int]], by: Sequence[str]) -> list[Group]:
    return sorted((group for group in found if by and any(found[group])), key=in_order)


def _reasons(told: Series) -> list[NoValue | None]:
    return [value.reason for value in told.values]


def _series(values: Sequence[int], years: Years, complete: set[int]) -> Series:
    by_year = dict(zip(range(years.first, years.last + 1), values, strict=True))
    growth = _growth(by_year, years, complete)
    return Series(
        values=[_year(year, by_year, years.base, complete) for year in by_year],
        cagr_percent=shown(growth),
        reason=growth if isinstance(growth, NoValue) else None,
    )


def _growth(by_year: dict[int, int], years: Years, complete: set[int]) -> indicators.Result:
    if years.last not in complete:
        return NoValue.PERIOD_OPEN
    return indicators.cagr(by_year[years.first], by_year[years.last], years.last - years.first)


def _year(year: int, by_year: dict[int, int], base: int, complete: set[int]) -> YearValue:
    is_open = not {year, base} <= complete
    index = NoValue.PERIOD_OPEN if is_open else indicators.index(by_year[year], by_year[base])
    return YearValue(
        year=year,
        value_mad=decimal(by_year[year], 2),
        index=shown(index),
        reason=index if isinstance(index, NoValue) else None,
    )
