"""From the data of an event to what the fold uses of it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from msgspec import DecodeError, ValidationError
from msgspec.json import Decoder

from contracts import exports, insurance, orders
from contracts.event import Event, Skipped
from contracts.topics import CONTROL
from services.export_metrics.domain.events import (
    Amended,
    AnyEvent,
    Cancelled,
    Damaged,
    Delivered,
    Disputed,
    Exported,
    Extended,
    Invoiced,
    Lost,
    OrderEnded,
    Paid,
    Passed,
    Restamped,
    Settled,
    TermsSet,
)
from services.export_metrics.domain.figures import Exporter, Goods
from services.export_metrics.reading import wire
from services.export_metrics.settings import INPUTS

UNREADABLE = (DecodeError, ValidationError, UnicodeDecodeError, RecursionError)
"""What `decode` raises for data that the hot path does not read."""

THOUSANDTHS = 3
HUNDREDTHS = 2


def scaled(decimal: str, places: int) -> int:
    """A decimal string as a whole number of its last of `places` decimals, of which it has no more.

    `scaled("1.5", 3)` is 1500.
    """
    whole, _, fraction = decimal.partition(".")
    return int(whole + fraction.ljust(places, "0"))


def _goods(goods: wire.DeclaredGoods) -> Goods:
    if not goods.exported_on.isoformat().startswith(goods.month):
        raise ValidationError("month is not that of exported_on")
    product = goods.product
    quantity = goods.quantity
    return Goods(
        goods.month,
        goods.partner,
        product.hs_code,
        product.hs_edition,
        product.product_group,
        product.chain,
        goods.channel,
        None if quantity is None else quantity.unit,
        goods.fob.mad_centimes,
        goods.net_mass_grams,
        None if quantity is None else scaled(quantity.value, THOUSANDTHS),
    )


def _exporter(stamp: wire.ExporterStamp) -> Exporter:
    return Exporter(stamp.kind, stamp.region, stamp.women_led)


def _exported(data: wire.ShipmentExported) -> Exported:
    return Exported(data.declaration.office, _exporter(data.exporter), _goods(data.goods))


def _amended(data: wire.DeclarationAmended) -> Amended:
    return Amended(_goods(data.goods))


def _restamped(data: wire.ShipmentRestamped) -> Restamped:
    return Restamped(_exporter(data.exporter))


def _damaged(data: wire.ShipmentDamaged) -> Damaged:
    return Damaged(scaled(data.damage_percent, HUNDREDTHS))


def _invoiced(data: wire.InvoiceIssued) -> Invoiced:
    amount = data.amount
    return Invoiced(
        data.invoice,
        data.due_on,
        data.buyer_kind,
        Decimal(amount.stated.amount),
        amount.mad_centimes,
    )


def _paid(data: wire.PaymentReceived) -> Paid:
    return Paid(data.invoice, data.received_on, Decimal(data.amount.amount))


def _extended(data: wire.PaymentExtended) -> Extended:
    return Extended(data.invoice, data.extended_on, data.due_on)


def _disputed(data: wire.DisputeOpened) -> Disputed:
    return Disputed(data.invoice, data.dispute_reference)


def _settled(data: wire.DisputeSettled) -> Settled:
    credited = Decimal(0) if data.credited is None else Decimal(data.credited.amount)
    return Settled(data.invoice, data.dispute_reference, credited)


def _terms_set(data: wire.RuleTermsSet) -> TermsSet:
    return TermsSet(
        data.rule,
        data.rule_version,
        data.effective_on,
        data.waiting_days,
        data.least_exposure_mad_centimes,
    )


Reading = tuple[type[Event], Decoder[Any], Callable[[Any], AnyEvent]]
READINGS: tuple[Reading, ...] = (
    (exports.ShipmentExported, Decoder(wire.ShipmentExported), _exported),
    (exports.ShipmentDelivered, Decoder(wire.ShipmentDelivered), lambda _: Delivered()),
    (exports.ShipmentLost, Decoder(wire.ShipmentLost), lambda _: Lost()),
    (exports.ShipmentDamaged, Decoder(wire.ShipmentDamaged), _damaged),
    (exports.DeclarationAmended, Decoder(wire.DeclarationAmended), _amended),
    (exports.DeclarationCancelled, Decoder(wire.DeclarationCancelled), lambda _: Cancelled()),
    (exports.ShipmentRestamped, Decoder(wire.ShipmentRestamped), _restamped),
    (orders.InvoiceIssued, Decoder(wire.InvoiceIssued), _invoiced),
    (orders.PaymentReceived, Decoder(wire.PaymentReceived), _paid),
    (orders.PaymentExtended, Decoder(wire.PaymentExtended), _extended),
    (orders.DisputeOpened, Decoder(wire.DisputeOpened), _disputed),
    (orders.DisputeSettled, Decoder(wire.DisputeSettled), _settled),
    (orders.OrderCancelled, Decoder(wire.OrderCancelled), lambda _: OrderEnded()),
    (insurance.RuleTermsSet, Decoder(wire.RuleTermsSet), _terms_set),
)
_BY_TYPE = {
    event.event_type(): (decoder, reduce_to_domain) for event, decoder, reduce_to_domain in READINGS
}
PASSED = frozenset(
    event.event_type()
    for topic in INPUTS
    for event in topic.events
    if event not in CONTROL and event.event_type() not in _BY_TYPE
)
"""Types of which the fold uses the place alone: their data is not looked at."""
SKIPPED = Skipped.event_type()
"""The type of a fact in whose place an owner said that nothing counts."""


def is_read(event_type: str) -> bool:
    """Whether `decode` knows this CloudEvents type."""
    return event_type in _BY_TYPE or event_type in PASSED


def decode(event_type: str, data: bytes) -> AnyEvent:
    """Read the data of an event of a type that `is_read`.

    Raises: one of UNREADABLE when the data is not as the contract says.
    """
    if event_type in PASSED or event_type == SKIPPED:
        return Passed()
    decoder, reduce_to_domain = _BY_TYPE[event_type]
    # A decoder skips over unknown fields without a look at their encoding.
    if not data.isascii():
        data.decode()
    return reduce_to_domain(decoder.decode(data))
