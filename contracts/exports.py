"""Events of exports: shipments as customs recorded them, and what became of them.

One shipment is one goods item of one export declaration, so counts and sums add up.
"""

from typing import ClassVar, Self

from pydantic import model_validator

from contracts.event import Event
from contracts.values import (
    CountryCode,
    ExchangeRate,
    Id,
    ItemNumber,
    LocalDate,
    Money,
    Month,
    OfficeCode,
    Ordinal,
    Percent,
    ProducerKind,
    Product,
    Quantity,
    Reference,
    RegionCode,
    Slug,
    Value,
    WholeNumber,
    WomenLed,
)


class ExportsEvent(Event):
    owner: ClassVar[str] = "exports"


class DeclarationNumber(Value):
    """The natural identity of a shipment: issuing office, declaration number, goods item."""

    office: OfficeCode
    number: Reference
    item: ItemNumber


class ExporterStamp(Value):
    """The exporter as the registry described it in its event `registry_ordinal`."""

    producer_id: Id
    registry_ordinal: Ordinal
    kind: ProducerKind
    region: RegionCode
    women_led: WomenLed


class FobValue(Value):
    """Free-on-board value as stated, and in whole centimes of MAD: stated x rate, half-even."""

    stated: Money
    rate: ExchangeRate
    rate_date: LocalDate
    mad_centimes: WholeNumber


class DeclaredGoods(Value):
    """What the declaration says of the goods. An amendment states all of it anew.

    `partner` is the country of last known destination; ``ZZ`` stands for unknown. `month` is the
    month of `exported_on`, both of Africa/Casablanca.
    """

    exported_on: LocalDate
    month: Month
    partner: CountryCode
    channel: Slug
    transport_mode: Slug
    product: Product
    fob: FobValue
    net_mass_grams: WholeNumber
    quantity: Quantity | None = None

    @model_validator(mode="after")
    def _month_is_that_of_the_day(self) -> Self:
        if not self.exported_on.isoformat().startswith(self.month):
            raise ValueError(f"month must be that of exported_on, {self.exported_on}")
        return self


class ShipmentExported(ExportsEvent):
    """Customs recorded a goods item as exported. The first event of its shipment."""

    declaration: DeclarationNumber
    order_id: Id | None = None
    buyer_id: Reference | None = None
    exporter: ExporterStamp
    goods: DeclaredGoods


class ShipmentDelivered(ExportsEvent):
    """Also says that a shipment given up as lost was found."""

    delivered_on: LocalDate


class ShipmentDelayed(ExportsEvent):
    """The carrier gave notice that the shipment arrives later: `expected_on`."""

    noticed_on: LocalDate
    expected_on: LocalDate
    reason: Slug


class ShipmentLost(ExportsEvent):
    """The carrier gave notice that the shipment is lost."""

    noticed_on: LocalDate
    transport_document: Reference


class ShipmentDamaged(ExportsEvent):
    """A survey of the damage. A later survey replaces an earlier one."""

    surveyed_on: LocalDate
    survey_reference: Reference
    damage_percent: Percent


class DeclarationAmended(ExportsEvent):
    """Customs corrected the declaration: `goods` replaces all that was stated before."""

    amended_on: LocalDate
    reason: Slug
    goods: DeclaredGoods


class DeclarationCancelled(ExportsEvent):
    """Customs withdrew the declaration: the goods were not exported under it."""

    cancelled_on: LocalDate
    reason: Slug


class ShipmentRestamped(ExportsEvent):
    """The registry corrected what it had said of the exporter."""

    exporter: ExporterStamp
