"""What is asked of indicators, and how the values for it are found among the contributions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from contracts.reference.countries import UNKNOWN_PARTNER
from contracts.values import WomenLed
from services.export_metrics.picture.basis import first_complete, known_through
from services.export_metrics.picture.comparison import Comparison, Sides
from services.export_metrics.picture.figures import NationalFigures, Where, Window
from services.export_metrics.picture.indicators import Group, NoValue
from services.export_metrics.picture.period import Period


@dataclass(frozen=True)
class Question:
    """`lag_days` None is the longest lag that is known; `floor` is in centimes."""

    period: Period
    by: Sequence[str]
    where: Where
    known_on: date | None = None
    lag_days: int | None = None
    floor: int = 0

    @property
    def now(self) -> Window:
        return Window(self.period, self.known_on)

    @property
    def before(self) -> Window:
        return Window(self.period.year_before(), self.known_on)


class Lag(NamedTuple):
    """Both periods as known so many days after their ends."""

    days: int
    now: Window
    before: Window


def lag(figures: NationalFigures, question: Question) -> Lag | NoValue:
    """The lag at which both periods are compared, or why there is none."""
    through, ends_on = known_through(figures, question.now), question.period.ends_on
    if through is None or through < ends_on:
        return NoValue.PERIOD_OPEN
    known = (through - ends_on).days
    days = known if question.lag_days is None else min(question.lag_days, known)
    before = question.before.period
    before_known_on = before.ends_on + timedelta(days=days)
    if figures.first_day is None or before_known_on < figures.first_day:
        return NoValue.VINTAGE_NOT_KEPT
    ended = ends_on + timedelta(days=days)
    return Lag(days, Window(question.period, ended), Window(before, before_known_on))


def comparison(figures: NationalFigures, question: Question, at: Lag | NoValue) -> Comparison:
    """The values of every group in both periods."""
    no_lag = at if isinstance(at, NoValue) else None
    windows = [question.now, question.before]
    if isinstance(at, Lag):
        windows += [at.now, at.before]
    found = figures.compare((*question.by, "women_led"), question.where, windows)
    sides: dict[Group, Sides] = {}
    for (*names, women_led), values in found.items():
        group = tuple(names)
        sides[group] = sides.get(group, Sides()).plus(_sides(women_led, values))
    is_open = first_complete(figures, question.now) is None
    return Comparison(
        sides={group: values for group, values in sides.items() if any(values)},
        unknown=frozenset(group for group in sides if is_unknown(question.by, group)),
        floor=question.floor,
        no_growth=NoValue.PERIOD_OPEN if is_open else None,
        no_lag=no_lag,
    )


def is_unknown(by: Sequence[str], group: Group) -> bool:
    """Whether one of its values stands for what is not known."""
    return any(
        name in (None, "unknown") or (dimension == "partner" and name == UNKNOWN_PARTNER)
        for dimension, name in zip(by, group, strict=True)
    )


def _sides(women_led: str | None, values: Sequence[int]) -> Sides:
    now = values[0]
    return Sides(*values)._replace(
        women_led=now if women_led == WomenLed.YES else 0,
        women_known=0 if women_led == WomenLed.UNKNOWN else now,
    )
