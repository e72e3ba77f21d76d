"""What the statistics route answers."""

import calendar
from datetime import date, timedelta
from typing import Literal

from pydantic import BaseModel, Field

from services.export_metrics.fold import DEFINITION
from services.export_metrics.picture.figures import Answer, Sums

HS_EDITION = "HS2022"
VALUATION = "FOB, MAD"


class Values(BaseModel):
    """Exact values, as decimal strings. `quantity` is null where there is no one unit."""

    fob_value_mad: str
    net_mass_kg: str
    quantity: str | None
    shipments: int


class Knowledge(BaseModel):
    """What the figures rest on: days of which all partitions have published everything."""

    open_day: date | None = Field(description="the first day that is not closed everywhere")
    closed_through: date | None


class Statistics(BaseModel):
    """Figures by dimension: each row holds a value for each name in `by`, and Values."""

    by: list[str]
    rows: list[dict[str, str | int | None]]
    total: Values
    status: Literal["flash", "provisional"]
    knowledge: Knowledge
    definition: str = DEFINITION
    hs_edition: str = HS_EDITION
    valuation: str = VALUATION


def statistics(by: list[str], answer: Answer, closed_through: date | None) -> Statistics:
    """The answer in decimal strings, with what it rests on."""
    return Statistics(
        by=by,
        rows=[
            dict(zip(by, names, strict=True)) | _values(sums).model_dump()
            for names, sums in answer.groups
        ],
        total=_values(answer.total),
        status="provisional" if _is_complete(answer, closed_through) else "flash",
        knowledge=Knowledge(
            open_day=closed_through and closed_through + timedelta(days=1),
            closed_through=closed_through,
        ),
    )


def _is_complete(answer: Answer, closed_through: date | None) -> bool:
    """All months asked for are closed, and so is the day of the last correction to them."""
    if closed_through is None:
        return False
    if answer.last_month is None or answer.last_day is None:
        return True
    year, month = map(int, answer.last_month.split("-"))
    if year < date.min.year:  # the form of a month allows the year 0000
        return answer.last_day <= closed_through
    month_ends = date(year, month, calendar.monthrange(year, month)[1])
    return max(answer.last_day, month_ends) <= closed_through


def _values(sums: Sums) -> Values:
    return Values(
        fob_value_mad=_decimal(sums.fob, 2),
        net_mass_kg=_decimal(sums.grams, 3),
        quantity=None if sums.quantity is None else _decimal(sums.quantity, 3),
        shipments=sums.shipments,
    )


def _decimal(number: int, places: int) -> str:
    whole, fraction = divmod(abs(number), 10**places)
    return f"{'-' if number < 0 else ''}{whole}.{fraction:0{places}d}"
