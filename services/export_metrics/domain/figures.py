"""Cells of the national figures, and what moves in them."""

from typing import NamedTuple

from contracts.topics import EXPORTS_SHIPMENTS

DEFINITION = "export-statistics/1"
FIGURES_REST_ON = EXPORTS_SHIPMENTS.name
"""The one source that figures of exports rest on."""
HUNDRED_PERCENT = 10_000
"""Percentages are counted in hundredths of a percent."""


class CellKey(NamedTuple):
    """One value per dimension, in the order of `contracts.export_metrics.Cell`."""

    month: str
    partner: str
    hs_code: str
    hs_edition: str
    product_group: str
    chain: str
    region: str
    office: str
    exporter_kind: str
    women_led: str
    channel: str
    unit: str | None


class Movement(NamedTuple):
    """What is added to a cell. `quantity_thousandths` is None just where the cell has no unit."""

    cell: CellKey
    fob_mad_centimes: int
    net_mass_grams: int
    quantity_thousandths: int | None
    shipments: int

    def reversed(self) -> "Movement":
        """The movement that takes this one back, in the same cell."""
        quantity = self.quantity_thousandths
        return Movement(
            self.cell,
            -self.fob_mad_centimes,
            -self.net_mass_grams,
            None if quantity is None else -quantity,
            -self.shipments,
        )


class Exporter(NamedTuple):
    """The exporter's part of a cell."""

    kind: str
    region: str
    women_led: str


class Goods(NamedTuple):
    """The goods' part of a cell, and their values. A unit and a quantity are absent together."""

    month: str
    partner: str
    hs_code: str
    hs_edition: str
    product_group: str
    chain: str
    channel: str
    unit: str | None
    fob_mad_centimes: int
    net_mass_grams: int
    quantity_thousandths: int | None


def booking(office: str, exporter: Exporter, goods: Goods) -> Movement:
    """What one shipment contributes as long as its declaration stands."""
    cell = cell_of(office, exporter, goods)
    quantity = goods.quantity_thousandths
    return Movement(cell, goods.fob_mad_centimes, goods.net_mass_grams, quantity, shipments=1)


def cell_of(office: str, exporter: Exporter, goods: Goods) -> CellKey:
    """The cell of a shipment."""
    return CellKey(
        goods.month,
        goods.partner,
        goods.hs_code,
        goods.hs_edition,
        goods.product_group,
        goods.chain,
        exporter.region,
        office,
        exporter.kind,
        exporter.women_led,
        goods.channel,
        goods.unit,
    )


def amended(booked: Movement, goods: Goods) -> Movement:
    """The booking with other goods. Office and exporter are those of the declaration."""
    cell = booked.cell
    exporter = Exporter(cell.exporter_kind, cell.region, cell.women_led)
    return booking(cell.office, exporter, goods)


def restamped(booked: Movement, exporter: Exporter) -> Movement:
    """The booking under another description of the exporter."""
    cell = booked.cell._replace(
        exporter_kind=exporter.kind, region=exporter.region, women_led=exporter.women_led
    )
    return booked._replace(cell=cell)


def part_of(amount: int, percent_hundredths: int) -> int:
    """`percent_hundredths` of a whole amount of at least 0, rounded half-even."""
    whole, rest = divmod(amount * percent_hundredths, HUNDRED_PERCENT)
    half = HUNDRED_PERCENT // 2
    return whole + (rest > half or (rest == half and whole % 2 == 1))
