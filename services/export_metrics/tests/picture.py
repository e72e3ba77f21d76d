"""National pictures made of contributions, for tests."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.export_metrics import Cell, Contribution, PartitionClosed
from services.export_metrics.picture.answers import Statistics, statistics
from services.export_metrics.picture.figures import NationalFigures

DAY = date(2026, 3, 2)


def contribution(
    fob: int = 100, *, day: date = DAY, quantity: int | None = None, **cell: str | None
) -> Contribution:
    values: dict[str, Any] = {
        "month": "2026-03", "partner": "FR", "hs_code": "570110", "hs_edition": "HS2022",
        "product_group": "carpets", "chain": "carpets", "region": "MA-03", "office": "300",
        "exporter_kind": "cooperative", "women_led": "yes", "channel": "fair",
        "unit": None if quantity is None else "m2",
    } | cell  # fmt: skip
    return Contribution(
        generation=1,
        partition=0,
        knowledge_day=day,
        cell=Cell.model_validate(values),
        fob_mad_centimes=fob,
        net_mass_grams=fob * 10,
        quantity_thousandths=quantity,
        shipments=(fob > 0) - (fob < 0),
    )


def closed(
    through: date, *, held: int = 0, sources: Mapping[str, date] | None = None
) -> PartitionClosed:
    return PartitionClosed(
        generation=1,
        partition=0,
        through=through,
        held=held,
        sources=None if sources is None else dict(sources),
    )


def picture(*events: Contribution | PartitionClosed, partitions: int = 1) -> NationalFigures:
    figures = NationalFigures(partitions)
    figures.apply(0, events)
    return figures


def ask(
    figures: NationalFigures, by: str = "", known_on: date | None = None, **where: str
) -> Statistics:
    groups = [name for name in by.split(",") if name]
    return statistics(figures, groups, {name: [value] for name, value in where.items()}, known_on)
