"""Value for one unit of quantity, by HS code and unit. Not a price: it hides what the goods are."""

from collections import Counter

from pydantic import BaseModel, Field

from services.export_metrics.domain.figures import DEFINITION
from services.export_metrics.picture import indicators
from services.export_metrics.picture.basis import Basis, basis, months
from services.export_metrics.picture.figures import NationalFigures, Where, Window
from services.export_metrics.picture.indicator_answers import explanations, shown
from services.export_metrics.picture.indicators import NoValue
from services.export_metrics.picture.rounding import decimal

DEFINITIONS = {"value_mad": DEFINITION, "unit_value_mad": "unit-value/1"}
_BY = ("hs_code", "hs_edition", "unit")


class UnitValue(BaseModel):
    """MAD for one unit of a code. Where no quantity was stated, `unit` is null and stands alone."""

    hs_code: str
    hs_edition: str
    unit: str | None
    value_mad: str
    quantity: str | None
    unit_value_mad: str | None
    coverage_percent: str | None = Field(description="how much of its code's value has this unit")
    reasons: dict[str, NoValue] = Field(description="why a field is null, by its name")


class UnitValuesAnswer(Basis):
    """By code and unit. `explanations` has words for every reason given."""

    rows: list[UnitValue]
    definitions: dict[str, str] = DEFINITIONS
    explanations: dict[str, str]


def unit_values(figures: NationalFigures, where: Where, window: Window) -> UnitValuesAnswer:
    """The answer in decimal strings, with what it rests on."""
    found = figures.ask(_BY, where, window.known_on, window.period).groups
    of_code: Counter[tuple[str | None, str | None]] = Counter()
    for (code, edition, _), sums in found:
        of_code[code, edition] += sums.fob
    rows = []
    for (code, edition, unit), sums in found:
        results = {
            "unit_value_mad": indicators.unit_value(sums.fob, sums.quantity),
            "coverage_percent": indicators.share(sums.fob, of_code[code, edition])
            if unit
            else NoValue.NO_QUANTITY,
        }
        rows.append(
            UnitValue(
                hs_code=code or "",
                hs_edition=edition or "",
                unit=unit,
                value_mad=decimal(sums.fob, 2),
                quantity=None if sums.quantity is None else decimal(sums.quantity, 3),
                unit_value_mad=shown(results["unit_value_mad"]),
                coverage_percent=shown(results["coverage_percent"]),
                reasons={n: found_ for n, found_ in results.items() if isinstance(found_, NoValue)},
            )
        )
    return UnitValuesAnswer(
        rows=rows,
        explanations=explanations(reason for row in rows for reason in row.reasons.values()),
        **dict(basis(figures, months(figures, where, window), window.known_on)),
    )
