"""From the data of an event to what the fold uses of it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from msgspec import DecodeError, ValidationError
from msgspec.json import Decoder

from contracts import exports, insurance, orders
from contracts.event import Event, Skipped
from contracts.topics import CONTROL, Topic
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
from services.export_metrics.reading import forms, wire
from services.export_metrics.settings import INPUTS

UNREADABLE = (DecodeError, ValidationError, UnicodeDecodeError, RecursionError)
"""What `decode` raises for data that the hot path does not read."""


def _goods(goods: wire.DeclaredGoods) -> Goods:
    product, quantity = goods.product, goods.quantity
    month, partner, hs_code, edition, group, chain, channel, unit = forms.goods(
        (
            forms.month_of(goods.exported_on, goods.month),
            goods.partner,
            product.hs_code,
            product.hs_edition,
            product.product_group,
            product.chain,
            goods.channel,
            None if quantity is None else quantity.unit,
        )
    )
    return Goods(
        month,
        partner,
        hs_code,
        edition,
        group,
        chain,
        channel,
        unit,
        goods.fob.mad_centimes,
        goods.net_mass_grams,
        None if quantity is None else forms.thousandths(quantity.value),
    )


def _exporter(stamp: wire.ExporterStamp) -> Exporter:
    return Exporter(*forms.exporter((stamp.kind, stamp.region, stamp.women_led)))


def _exported(data: wire.ShipmentExported) -> Exported:
    office = forms.office(data.declaration.office)
    return Exported(office, _exporter(data.exporter), _goods(data.goods))


def _amended(data: wire.DeclarationAmended) -> Amended:
    return Amended(_goods(data.goods))


def _restamped(data: wire.ShipmentRestamped) -> Restamped:
    return Restamped(_exporter(data.exporter))


def _damaged(data: wire.ShipmentDamaged) -> Damaged:
    return Damaged(forms.hundredths(data.damage_percent))


def _amount(money: wire.Money) -> Decimal:
    return Decimal(forms.amount(money.amount))


def _invoiced(data: wire.InvoiceIssued) -> Invoiced:
    return Invoiced(
        forms.invoice(data.invoice),
        data.due_on,
        forms.slug(data.buyer_kind),
        _amount(data.amount.stated),
        data.amount.mad_centimes,
    )


def _paid(data: wire.PaymentReceived) -> Paid:
    return Paid(forms.invoice(data.invoice), data.received_on, _amount(data.amount))


def _extended(data: wire.PaymentExtended) -> Extended:
    return Extended(forms.invoice(data.invoice), data.extended_on, data.due_on)


def _disputed(data: wire.DisputeOpened) -> Disputed:
    return Disputed(forms.invoice(data.invoice), forms.reference(data.dispute_reference))


def _settled(data: wire.DisputeSettled) -> Settled:
    credited = Decimal(0) if data.credited is None else _amount(data.credited)
    reference = forms.reference(data.dispute_reference)
    return Settled(forms.invoice(data.invoice), reference, credited)


def _terms_set(data: wire.RuleTermsSet) -> TermsSet:
    return TermsSet(
        forms.slug(data.rule),
        data.rule_version,
        data.effective_on,
        data.waiting_days,
        data.least_exposure_mad_centimes,
    )


Reading = tuple[type[Event], Decoder[Any], Callable[[Any], AnyEvent]]
READINGS: tuple[Reading, ...] = (
    (exports.ShipmentExported, Decoder(wire.ShipmentExported), _exported),
    (exports.ShipmentDelivered, Decoder(wire.Nothing), lambda _: Delivered()),
    (exports.ShipmentLost, Decoder(wire.Nothing), lambda _: Lost()),
    (exports.ShipmentDamaged, Decoder(wire.ShipmentDamaged), _damaged),
    (exports.DeclarationAmended, Decoder(wire.DeclarationAmended), _amended),
    (exports.DeclarationCancelled, Decoder(wire.Nothing), lambda _: Cancelled()),
    (exports.ShipmentRestamped, Decoder(wire.ShipmentRestamped), _restamped),
    (orders.InvoiceIssued, Decoder(wire.InvoiceIssued), _invoiced),
    (orders.PaymentReceived, Decoder(wire.PaymentReceived), _paid),
    (orders.PaymentExtended, Decoder(wire.PaymentExtended), _extended),
    (orders.DisputeOpened, Decoder(wire.DisputeOpened), _disputed),
    (orders.DisputeSettled, Decoder(wire.DisputeSettled), _settled),
    (orders.OrderCancelled, Decoder(wire.Nothing), lambda _: OrderEnded()),
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


def readings_of(topic: Topic) -> set[str]:
    """The CloudEvents types of a topic's events that `decode` knows."""
    types = {event.event_type() for event in topic.events}
    return types & (_BY_TYPE.keys() | PASSED)


def decode(event_type: str, data: bytes) -> AnyEvent:
    """Read the data of an event of a type among `readings_of` its topic.

    Raises: one of UNREADABLE when the data is not as the contract says.
    """
    if event_type in PASSED or event_type == SKIPPED:
        return Passed()
    decoder, reduce_to_domain = _BY_TYPE[event_type]
    # A decoder skips over unknown fields without a look at their encoding.
    if not data.isascii():
        data.decode()
    return reduce_to_domain(decoder.decode(data))
