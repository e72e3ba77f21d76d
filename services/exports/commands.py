"""What the exports service can be told."""

from decimal import Decimal
from typing import Annotated

from contracts.exports import DeclarationNumber, ExporterStamp
from contracts.values import (
    Channel,
    Command,
    CountryCode,
    ExchangeRate,
    HsCode,
    Id,
    ItemNumber,
    LocalDate,
    Ordinal,
    Percent,
    ProducerKind,
    Reference,
    RegionCode,
    Slug,
    StatedMoney,
    StatedQuantity,
    TransportMode,
    WomenLed,
    decimal_string,
)

MassKg = Annotated[Decimal, *decimal_string(r"[0-9]{1,12}(\.[0-9]{1,6})?")]


class StatedRate(Command):
    """The rate that customs used: MAD for one unit of the stated currency, and its day."""

    mad_per_unit: ExchangeRate
    date: LocalDate


class GoodsStatement(Command):
    """What a declarant says of the goods. Group, month and value in MAD are ours to find."""

    exported_on: LocalDate
    partner: CountryCode
    channel: Channel = Channel.UNKNOWN
    transport_mode: TransportMode
    hs_code: HsCode
    chain: Slug = "unknown"
    net_mass_kg: MassKg
    quantity: StatedQuantity | None = None
    fob: StatedMoney
    exchange_rate: StatedRate | None = None


class StatedNumber(DeclarationNumber, extra="forbid"):
    """A declaration number in a command; the first item where none is named."""

    item: ItemNumber = 1


class ExportShipment(GoodsStatement):
    """One goods item of an export declaration. An order can be named now and never later."""

    declaration: StatedNumber
    exporter_id: Id
    order_id: Id | None = None
    buyer_id: Reference | None = None


class RecordExport(Command):
    """An export with the stamp of its exporter, as this service's read model knows it."""

    shipment: ExportShipment
    exporter: ExporterStamp


class DeliverShipment(Command):
    delivered_on: LocalDate


class ReportDelay(Command):
    """The carrier gave notice that the shipment arrives later than was said before."""

    noticed_on: LocalDate
    expected_on: LocalDate
    reason: Slug


class ReportLoss(Command):
    noticed_on: LocalDate
    transport_document: Reference


class ReportDamage(Command):
    surveyed_on: LocalDate
    survey_reference: Reference
    damage_percent: Percent


class AmendDeclaration(Command):
    amended_on: LocalDate
    reason: Slug
    goods: GoodsStatement


class CancelDeclaration(Command):
    cancelled_on: LocalDate
    reason: Slug


class RestampExporter(Command):
    """The registry corrected, in its event `registry_ordinal`, what it had said of the exporter.

    An absent field was right: it stays as it was stamped.
    """

    registry_ordinal: Ordinal
    kind: ProducerKind | None = None
    region: RegionCode | None = None
    women_led: WomenLed | None = None


ExportsCommand = (
    RecordExport
    | DeliverShipment
    | ReportDelay
    | ReportLoss
    | ReportDamage
    | AmendDeclaration
    | CancelDeclaration
    | RestampExporter
)
