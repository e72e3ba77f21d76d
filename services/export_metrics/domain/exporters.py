"""Exporters by month of export: cells of which the number counts, not the sum."""

from typing import NamedTuple

from services.export_metrics.domain.figures import Exporter

EXPORTER_MONTHS = "exporter-months/1"


class ExporterCell(NamedTuple):
    """One value per dimension, in the order of `contracts.export_metrics.ExporterCell`."""

    month: str
    exporter: str
    region: str
    exporter_kind: str
    women_led: str


class ExporterMovement(NamedTuple):
    """What is added to the cell of an exporter."""

    cell: ExporterCell
    fob_mad_centimes: int
    shipments: int


def restamped(cell: ExporterCell, exporter: Exporter) -> ExporterCell:
    """The same exporter under another description."""
    kind, region, women_led = exporter
    return ExporterCell(cell.month, cell.exporter, region, kind, women_led)


def in_month(cell: ExporterCell, month: str) -> ExporterCell:
    """The same exporter in another month."""
    return cell if cell.month == month else cell._replace(month=month)
