"""The data of the events on the hot path: msgspec structs as strict as the contract.

They stand beside the Pydantic models because they decode ten times faster. Their bounds are taken
from the contract's types, and tests hold them to it: what a struct accepts, the contract accepts.
"""

from datetime import date
from typing import Annotated, Any

from msgspec import Meta, Struct
from pydantic import TypeAdapter

from contracts import insurance, orders, values
from contracts.values import ProducerKind, WomenLed


def bounds(contract_type: Any) -> Meta:
    """The bounds of a type of the contract, by its JSON Schema."""
    schema = TypeAdapter(contract_type).json_schema()
    if schema["type"] == "integer":
        return Meta(ge=schema["minimum"], le=schema["maximum"])
    # Python's $ also matches before a line feed at the end; the contract's does not.
    pattern = schema["pattern"].removesuffix("$") + r"\Z"
    return Meta(pattern=pattern, max_length=schema.get("maxLength"))


Amount = Annotated[str, bounds(values.Amount)]
CountryCode = Annotated[str, bounds(values.CountryCode)]
CurrencyCode = Annotated[str, bounds(values.CurrencyCode)]
ExchangeRate = Annotated[str, bounds(values.ExchangeRate)]
HsCode = Annotated[str, bounds(values.HsCode)]
HsEdition = Annotated[str, bounds(values.HsEdition)]
Id = Annotated[str, bounds(values.Id)]
Month = Annotated[str, bounds(values.Month)]
OfficeCode = Annotated[str, bounds(values.OfficeCode)]
ItemNumber = Annotated[int, bounds(values.ItemNumber)]
Ordinal = Annotated[int, bounds(values.Ordinal)]
Percent = Annotated[str, bounds(values.Percent)]
QuantityValue = Annotated[str, bounds(values.QuantityValue)]
Reference = Annotated[str, bounds(values.Reference)]
RegionCode = Annotated[str, bounds(values.RegionCode)]
Slug = Annotated[str, bounds(values.Slug)]
UnitCode = Annotated[str, bounds(values.UnitCode)]
WholeNumber = Annotated[int, bounds(values.WholeNumber)]
InvoiceNumber = Annotated[str, bounds(orders.InvoiceNumber)]
WaitingDays = Annotated[int, bounds(insurance.WaitingDays)]


class DeclarationNumber(Struct, gc=False):
    office: OfficeCode
    number: Reference
    item: ItemNumber


class ExporterStamp(Struct, gc=False):
    producer_id: Id
    registry_ordinal: Ordinal
    kind: ProducerKind
    region: RegionCode
    women_led: WomenLed


class Money(Struct, gc=False):
    amount: Amount
    currency: CurrencyCode


class FobValue(Struct, gc=False):
    stated: Money
    rate: ExchangeRate
    rate_date: date
    mad_centimes: WholeNumber


class Quantity(Struct, gc=False):
    value: QuantityValue
    unit: UnitCode


class Product(Struct, gc=False):
    hs_code: HsCode
    hs_edition: HsEdition
    product_group: Slug
    chain: Slug


class DeclaredGoods(Struct, gc=False):
    exported_on: date
    month: Month
    partner: CountryCode
    channel: Slug
    transport_mode: Slug
    product: Product
    fob: FobValue
    net_mass_grams: WholeNumber
    quantity: Quantity | None = None


class ShipmentExported(Struct, gc=False):
    declaration: DeclarationNumber
    exporter: ExporterStamp
    goods: DeclaredGoods
    order_id: Id | None = None
    buyer_id: Reference | None = None


class ShipmentDelivered(Struct, gc=False):
    delivered_on: date


class ShipmentLost(Struct, gc=False):
    noticed_on: date
    transport_document: Reference


class ShipmentDamaged(Struct, gc=False):
    surveyed_on: date
    survey_reference: Reference
    damage_percent: Percent


class DeclarationAmended(Struct, gc=False):
    amended_on: date
    reason: Slug
    goods: DeclaredGoods


class DeclarationCancelled(Struct, gc=False):
    cancelled_on: date
    reason: Slug


class ShipmentRestamped(Struct, gc=False):
    exporter: ExporterStamp


class InvoicedAmount(Struct, gc=False):
    stated: Money
    rate: ExchangeRate
    rate_date: date
    mad_centimes: WholeNumber


class InvoiceIssued(Struct, gc=False):
    invoice: InvoiceNumber
    issued_on: date
    due_on: date
    buyer_kind: Slug
    amount: InvoicedAmount


class PaymentReceived(Struct, gc=False):
    invoice: InvoiceNumber
    payment_reference: Reference
    received_on: date
    amount: Money
    method: Slug


class PaymentExtended(Struct, gc=False):
    invoice: InvoiceNumber
    extended_on: date
    due_on: date


class DisputeOpened(Struct, gc=False):
    invoice: InvoiceNumber
    dispute_reference: Reference
    opened_on: date
    reason: Slug


class DisputeSettled(Struct, gc=False):
    invoice: InvoiceNumber
    dispute_reference: Reference
    settled_on: date
    outcome: Slug
    credited: Money | None = None


class OrderCancelled(Struct, gc=False):
    cancelled_on: date
    reason: Slug


class RuleTermsSet(Struct, gc=False):
    rule: Slug
    rule_version: Ordinal
    set_on: date
    effective_on: date
    waiting_days: WaitingDays
    least_exposure_mad_centimes: WholeNumber
    cover_percent: Percent
