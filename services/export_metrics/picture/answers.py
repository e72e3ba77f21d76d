"""What the statistics route answers."""

from datetime import date

from pydantic import BaseModel

from services.export_metrics.domain.figures import DEFINITION
from services.export_metrics.picture.basis import Basis, Months, basis, described
from services.export_metrics.picture.figures import NationalFigures, Sums, Where, Window
from services.export_metrics.picture.period import Period
from services.export_metrics.picture.rounding import decimal


class Values(BaseModel):
    """Exact values, as decimal strings. `quantity` is null where there is no one unit."""

    fob_value_mad: str
    net_mass_kg: str
    quantity: str | None
    shipments: int


class Statistics(Basis):
    """Figures by dimension: each row holds a value for each name in `by`, and Values."""

    by: list[str]
    rows: list[dict[str, str | int | None]]
    total: Values
    definition: str = DEFINITION


def statistics(
    figures: NationalFigures, by: list[str], where: Where, known_on: date | None = None
) -> Statistics:
    """The answer in decimal strings, with what it rests on."""
    answer = figures.ask(by, where, known_on)
    return Statistics(
        by=by,
        rows=[
            dict(zip(by, names, strict=True)) | _values(sums).model_dump()
            for names, sums in answer.groups
        ],
        total=_values(answer.total),
        **dict(basis(figures, _months(figures, where, known_on), known_on)),
    )


def _months(figures: NationalFigures, where: Where, known_on: date | None) -> Months | None:
    """The months asked for, else those that were found."""
    span = figures.span(where, known_on)
    if asked := where.get("month"):
        period = Period(min(asked), max(asked))
    elif span:
        period = span.months
    else:
        return None
    return described(figures, Window(period, known_on), span)


def _values(sums: Sums) -> Values:
    return Values(
        fob_value_mad=decimal(sums.fob, 2),
        net_mass_kg=decimal(sums.grams, 3),
        quantity=None if sums.quantity is None else decimal(sums.quantity, 3),
        shipments=sums.shipments,
    )
