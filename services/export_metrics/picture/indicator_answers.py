"""What the indicators route answers."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from services.export_metrics.domain.figures import DEFINITION
from services.export_metrics.picture.basis import Basis, Months, basis, months
from services.export_metrics.picture.comparison import Figure
from services.export_metrics.picture.figures import NationalFigures
from services.export_metrics.picture.indicators import PLACES, Bounds, NoValue, Result
from services.export_metrics.picture.questions import Lag, Question, comparison, lag
from services.export_metrics.picture.rounding import decimal, rounded

DEFINITIONS = {
    "value_mad": DEFINITION,
    "growth_percent": "growth/1",
    "like_lag_growth_percent": "growth-at-like-lag/1",
    "contribution_points": "contribution-to-growth/1",
    "share_percent": "share/1",
    "share_change_points": "change-of-share/1",
    "rank": "rank/1",
    "women_led_share_percent": "women-led-share/1",
    "hhi": "herfindahl-hirschman-index/1",
}
"""Id and version of what each name means. Whoever changes what is computed changes this."""


class Indicators(BaseModel):
    """Values and indicators of the whole, as decimal strings. What is null has its reason.

    `previous_mad` is the value of the same months of the year before; contributions of groups add
    up exactly to the growth of the whole; `like_lag_*` are both periods as known so many days after
    their ends.
    """

    value_mad: str
    previous_mad: str
    growth_percent: str | None
    contribution_points: str | None
    share_percent: str | None
    share_change_points: str | None
    like_lag_value_mad: str | None
    like_lag_previous_mad: str | None
    like_lag_growth_percent: str | None
    women_led_share_percent: str | None = Field(description="of exporters of which it is known")
    women_led_coverage_percent: str | None = Field(description="the share of those that are known")
    reasons: dict[str, NoValue] = Field(description="why a field is null, by its name")


class GroupIndicators(Indicators):
    """Those of one group: a value for each name in `by`, null where there is no unit."""

    group: dict[str, str | None]
    rank: int | None = Field(description="by value: 1, 2, 2, 4; what is unknown is not ranked")


class LikeLag(BaseModel):
    """Both periods as known `days` days after their ends, or the reason why they are not."""

    days: int | None = None
    known_on: date | None = None
    previous_known_on: date | None = None
    reason: NoValue | None = None


class Concentration(BaseModel):
    """The HHI over the groups, 0 to 10,000: two bounds, which meet where all groups are known."""

    lower: str | None = None
    upper: str | None = None
    reason: NoValue | None = None


class IndicatorsAnswer(Basis):
    """Groups with the largest value first. `explanations` has words for every reason given."""

    by: list[str]
    previous_period: Months
    like_lag: LikeLag
    rows: list[GroupIndicators]
    total: Indicators
    concentration: Concentration | None = Field(description="null without groups")
    growth_floor_mad: str = Field(description="a base below it gives no growth")
    definitions: dict[str, str] = DEFINITIONS
    explanations: dict[str, str]


def indicators(figures: NationalFigures, question: Question) -> IndicatorsAnswer:
    """The answer in decimal strings, with what it rests on."""
    at = lag(figures, question)
    compared = comparison(figures, question, at)
    groups = compared.groups() if question.by else {}
    rows = [
        GroupIndicators(
            group=dict(zip(question.by, group, strict=True)),
            rank=figure.rank if isinstance(figure.rank, int) else None,
            **_fields(figure, at),
        )
        for group, figure in groups.items()
    ]
    total = Indicators(**_fields(compared.total(), at))
    concentration = _concentration(compared.concentration()) if question.by else None
    period = months(figures, question.where, question.now)
    return IndicatorsAnswer(
        by=list(question.by),
        previous_period=months(figures, question.where, question.before),
        like_lag=_like_lag(at),
        rows=rows,
        total=total,
        concentration=concentration,
        growth_floor_mad=decimal(question.floor, 2),
        explanations=_explanations([*rows, total], concentration),
        **dict(basis(figures, period, question.known_on)),
    )


def _fields(figure: Figure, at: Lag | NoValue) -> dict[str, Any]:
    """The fields of Indicators; a result that is no value is left null, with its reason."""
    sides = figure.sides
    results: dict[str, Result] = {
        "growth_percent": figure.growth,
        "contribution_points": figure.contribution,
        "share_percent": figure.share,
        "share_change_points": figure.share_change,
        "like_lag_growth_percent": figure.lag_growth,
        "women_led_share_percent": figure.women_led,
        "women_led_coverage_percent": figure.women_led_coverage,
    }
    reasons = {name: result for name, result in results.items() if isinstance(result, NoValue)}
    if isinstance(figure.rank, NoValue):
        reasons["rank"] = figure.rank
    if isinstance(at, NoValue):
        reasons |= {"like_lag_value_mad": at, "like_lag_previous_mad": at}
    return {name: shown(result) for name, result in results.items()} | {
        "value_mad": decimal(sides.now, 2),
        "previous_mad": decimal(sides.before, 2),
        "like_lag_value_mad": decimal(sides.lag_now, 2) if isinstance(at, Lag) else None,
        "like_lag_previous_mad": decimal(sides.lag_before, 2) if isinstance(at, Lag) else None,
        "reasons": reasons,
    }


def shown(result: Result) -> str | None:
    """A percentage or points, rounded; None where there is no value."""
    return None if isinstance(result, NoValue) else rounded(result, PLACES)


def explanations(reasons: Iterable[NoValue | None]) -> dict[str, str]:
    """Words for each of these reasons."""
    return {reason.value: reason.words for reason in sorted(filter(None, reasons))}


def _like_lag(at: Lag | NoValue) -> LikeLag:
    if isinstance(at, NoValue):
        return LikeLag(reason=at)
    return LikeLag(days=at.days, known_on=at.now.known_on, previous_known_on=at.before.known_on)


def _concentration(bounds: Bounds | NoValue) -> Concentration:
    if isinstance(bounds, NoValue):
        return Concentration(reason=bounds)
    return Concentration(lower=rounded(bounds.lower, 0), upper=rounded(bounds.upper, 0))


def _explanations(
    told: Sequence[Indicators], concentration: Concentration | None
) -> dict[str, str]:
    reasons = [reason for indicators_ in told for reason in indicators_.reasons.values()]
    return explanations([*reasons, concentration.reason if concentration else None])
