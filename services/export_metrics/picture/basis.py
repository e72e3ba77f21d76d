"""What an answer rests on: its status, and how far each source has spoken.

A period is *flash* while a day of it, or the day of a contribution to it, is open in some partition
of the needed source. It is *provisional* from the first day on which it was complete, and *revised*
once a contribution to it became known after that day. *Final* comes by an event of its own alone.
"""

from datetime import date, timedelta
from typing import Literal

from pydantic import BaseModel, Field

from chassis.folding.picture.closings import Closings
from services.export_metrics.domain.figures import FIGURES_REST_ON
from services.export_metrics.picture.figures import NationalFigures, Span, Where, Window
from services.export_metrics.picture.period import Period

HS_EDITION = "HS2022"
VALUATION = "FOB, MAD"
_SPEAKERS = {
    FIGURES_REST_ON: "customs",
    "orders.orders.v1": "the order book",
    "registry.producers.v1": "the registry",
    "insurance.rules.v1": "insurance",
}

Status = Literal["flash", "provisional", "revised"]


class Knowledge(BaseModel):
    """The days that are known. A figure as known on a day leaves out what came later."""

    known_on: date | None = Field(description="the day that was asked for; null is now")
    open_day: date | None = Field(description="the first day that is not closed everywhere")
    closed_through: date | None


class Months(BaseModel):
    """Whole months: cells know no days inside one."""

    first_month: str
    last_month: str
    ends_on: date
    status: Status
    first_complete_on: date | None = Field(
        description="the knowledge day from which it is provisional; null while it is flash"
    )


class Source(BaseModel):
    """How far a source has spoken. `closed_through` is the day that all partitions have closed."""

    topic: str
    needed: bool = Field(description="whether the figures wait for it")
    closed_through: date | None
    partitions: int
    partitions_closed: int = Field(description="those in which it closed the end of the period")
    offsets: dict[int, int] = Field(
        description="partition to the offset before which its records are in what is known by now"
    )
    words: str


class Basis(BaseModel):
    """What every answer says of itself. `status` is that of `period`."""

    status: Status
    status_line: str
    period: Months | None = Field(description="null where nothing was found and no month asked for")
    knowledge: Knowledge
    sources: list[Source]
    held: int = Field(description="events that are held and those that wait behind them, by now")
    hs_edition: str = HS_EDITION
    valuation: str = VALUATION


def basis(figures: NationalFigures, period: Months | None, known_on: date | None) -> Basis:
    """The basis of an answer about a period."""
    closings = figures.closings
    closed_through = closings.through()
    sources = [_source(closings, topic, period) for topic in closings.topics()]
    status = period.status if period else "flash"
    vintage = f" as known on {_day(known_on)}" if known_on else ""
    return Basis(
        status=status,
        status_line=f"{status}{vintage}: {sources[0].words}; held {closings.held}",
        period=period,
        knowledge=Knowledge(
            known_on=known_on,
            open_day=closed_through and closed_through + timedelta(days=1),
            closed_through=closed_through,
        ),
        sources=sources,
        held=closings.held,
    )


def months(figures: NationalFigures, where: Where, window: Window) -> Months:
    """A period with the status of what was selected in it."""
    return described(figures, window, figures.span(where, window.known_on, window.period))


def described(figures: NationalFigures, window: Window, span: Span | None) -> Months:
    """A period with its status, `span` being what was selected in it."""
    last_change = span.last_change if span else date.min
    return dated(window.period, known_through(figures, window), figures.first_day, last_change)


def dated(
    period: Period, through: date | None, first_day: date | None, last_change: date
) -> Months:
    """A period of which all up to the day `through` is known, with the status that follows from
    the day of its last change."""
    complete = _complete_on(period, through, first_day)
    status: Status = "provisional"
    if complete is None or through is None or last_change > through:
        status, complete = "flash", None
    elif last_change > complete:
        status = "revised"
    return Months(
        first_month=period.first,
        last_month=period.last,
        ends_on=period.ends_on,
        status=status,
        first_complete_on=complete,
    )


def known_through(figures: NationalFigures, window: Window) -> date | None:
    """The last day of which the window holds all; None when there is none."""
    return window.known_on or figures.closings.through()


def first_complete(figures: NationalFigures, window: Window) -> date | None:
    """The day from which all of a period was known; None while a day of it is open.

    It is the last of the period, or the first on which anything was known, if that was later.
    """
    return _complete_on(window.period, known_through(figures, window), figures.first_day)


def _complete_on(period: Period, through: date | None, first_day: date | None) -> date | None:
    if through is None or through < period.ends_on:
        return None
    return max(period.ends_on, min(first_day or period.ends_on, through))


def _source(closings: Closings, topic: str, period: Months | None) -> Source:
    days = closings.days(topic)
    through = closings.through(topic)
    enough = period.ends_on if period else date.min
    return Source(
        topic=topic,
        needed=topic == FIGURES_REST_ON,
        closed_through=through,
        partitions=closings.partitions,
        partitions_closed=sum(day >= enough for day in days),
        offsets=closings.offsets(topic),
        words=_words(topic, through, len(days), closings.partitions),
    )


def _words(topic: str, through: date | None, spoken: int, partitions: int) -> str:
    speaker = _SPEAKERS.get(topic, topic)
    if through:
        return f"{speaker} has spoken to {_day(through)}"
    return f"{speaker} has spoken in {spoken} of {partitions} partitions"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
