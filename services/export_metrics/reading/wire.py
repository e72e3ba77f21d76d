"""The data of the events on the hot path: msgspec structs of no more than the fold uses.

A tolerant reader: what it does not use it does not look at. Text is checked against the contract's
patterns after decoding (`forms`), where values that come again and again are remembered; a pattern
in a struct would be matched anew for each event, which takes ten times as long as decoding it.
"""

from datetime import date
from typing import Annotated, Any

from msgspec import Meta, Struct
from pydantic import TypeAdapter

from contracts import insurance, values


def bounds(contract_type: Any) -> Meta:
    """The bounds of a whole number of the contract, by its JSON Schema."""
    schema = TypeAdapter(contract_type).json_schema()
    return Meta(ge=schema["minimum"], le=schema["maximum"])


Ordinal = Annotated[int, bounds(values.Ordinal)]
WholeNumber = Annotated[int, bounds(values.WholeNumber)]
WaitingDays = Annotated[int, bounds(insurance.WaitingDays)]


class Nothing(Struct, gc=False):
    """An event of which its having happened says all."""


class DeclarationNumber(Struct, gc=False):
    office: str


class ExporterStamp(Struct, gc=False):
    producer_id: str
    kind: str
    region: str
    women_led: str


class FobValue(Struct, gc=False):
    mad_centimes: WholeNumber


class Quantity(Struct, gc=False):
    value: str
    unit: str


class Product(Struct, gc=False):
    hs_code: str
    hs_edition: str
    product_group: str
    chain: str


class DeclaredGoods(Struct, gc=False):
    exported_on: str
    month: str
    partner: str
    channel: str
    product: Product
    fob: FobValue
    net_mass_grams: WholeNumber
    quantity: Quantity | None = None


class ShipmentExported(Struct, gc=False):
    declaration: DeclarationNumber
    exporter: ExporterStamp
    goods: DeclaredGoods


class ShipmentDamaged(Struct, gc=False):
    damage_percent: str


class DeclarationAmended(Struct, gc=False):
    goods: DeclaredGoods


class ShipmentRestamped(Struct, gc=False):
    exporter: ExporterStamp


class OrderPlaced(Struct, gc=False):
    buyer_id: str
    country: str


class Money(Struct, gc=False):
    amount: str


class InvoicedAmount(Struct, gc=False):
    stated: Money
    mad_centimes: WholeNumber


class InvoiceIssued(Struct, gc=False):
    invoice: str
    due_on: date
    buyer_kind: str
    amount: InvoicedAmount


class PaymentReceived(Struct, gc=False):
    invoice: str
    received_on: date
    amount: Money


class PaymentExtended(Struct, gc=False):
    invoice: str
    extended_on: date
    due_on: date


class DisputeOpened(Struct, gc=False):
    invoice: str
    dispute_reference: str


class DisputeSettled(Struct, gc=False):
    invoice: str
    dispute_reference: str
    credited: Money | None = None


class RuleTermsSet(Struct, gc=False):
    rule: str
    rule_version: Ordinal
    effective_on: date
    waiting_days: WaitingDays
    least_exposure_mad_centimes: WholeNumber
