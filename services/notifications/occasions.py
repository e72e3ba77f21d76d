"""Which events are told, and what is said of them. Pure."""

from datetime import UTC, datetime
from decimal import Decimal

from pydantic import AwareDatetime

from contracts.envelope import Envelope
from contracts.event import Event
from contracts.export_metrics import (
    RiskTriggerConstituted,
    RiskTriggerSuperseded,
    RiskTriggerWithdrawn,
)
from contracts.exports import ShipmentDelayed, ShipmentExported, ShipmentLost
from contracts.notifications import Cause
from contracts.orders import OrderPaid, OrderPlaced, PaymentFailed
from contracts.values import LocalDate, Money, Reference, Slug, Value
from services.notifications.commands import EVERYTHING, About
from services.notifications.contacts import scope_key

ORDER_EVENTS = (OrderPlaced, OrderPaid, PaymentFailed)
SHIPMENT_EVENTS = (ShipmentExported, ShipmentDelayed, ShipmentLost)
TRIGGER_EVENTS = (RiskTriggerConstituted, RiskTriggerWithdrawn, RiskTriggerSuperseded)


class Facts(Value):
    """What a mail can say of an event: ids, days, amounts. Nothing of a person."""

    order: Reference | None = None
    invoice: Reference | None = None
    shipment: Reference | None = None
    rule: Slug | None = None
    amount: Money | None = None
    on: LocalDate | None = None
    expected_on: LocalDate | None = None
    reason: Slug | None = None


class Occasion(Value):
    """An event to be told. `subject` is the order or shipment; `order` is that of a shipment."""

    cause: Cause
    about: About
    template: Slug
    subject: Reference
    order: Reference
    recorded_at: AwareDatetime
    facts: Facts

    def keys(self, producer_id: str | None) -> set[str]:
        """What a subscription to this occasion is found by."""
        scopes = {EVERYTHING, self.subject, self.order, producer_id}
        return {scope_key(self.about, scope) for scope in scopes if scope}


def origin_of(event: Event) -> str | None:
    """The producer of the order or shipment that begins with this event."""
    match event:
        case OrderPlaced():
            return event.producer_id
        case ShipmentExported():
            return event.exporter.producer_id
        case _:
            return None


def occasion_of(envelope: Envelope, event: Event, recorded_ms: int) -> Occasion | None:
    """What is to be told of an event. None when nothing is."""
    said = _order_said(envelope, event) or _shipment_said(envelope, event) or _trigger_said(event)
    if said is None:
        return None
    about, template, facts = said
    subject = facts.shipment or facts.order or envelope.subject
    return Occasion(
        cause=Cause(event_id=envelope.id, event_type=envelope.type, subject=envelope.subject),
        about=about,
        template=template,
        subject=subject,
        order=envelope.partitionkey or subject,
        recorded_at=datetime.fromtimestamp(recorded_ms / 1000, UTC),
        facts=facts,
    )


Said = tuple[About, str, Facts]


def _order_said(envelope: Envelope, event: Event) -> Said | None:
    match event:
        case OrderPaid():
            facts = Facts(order=envelope.subject, amount=event.amount, on=event.paid_on)
            return About.ORDER_PAID, "order-paid", facts
        case PaymentFailed():
            template = "payment-abandoned" if event.final else "payment-failed"
            facts = Facts(
                order=envelope.subject,
                amount=event.amount,
                on=event.failed_on,
                reason=event.reason,
            )
            return About.PAYMENT_FAILED, template, facts
        case _:
            return None


def _shipment_said(envelope: Envelope, event: Event) -> Said | None:
    match event:
        case ShipmentLost():
            facts = Facts(shipment=envelope.subject, on=event.noticed_on)
            return About.SHIPMENT_LOST, "shipment-lost", facts
        case ShipmentDelayed():
            facts = Facts(
                shipment=envelope.subject,
                on=event.noticed_on,
                expected_on=event.expected_on,
                reason=event.reason,
            )
            return About.SHIPMENT_DELAYED, "shipment-delayed", facts
        case _:
            return None


def _trigger_said(event: Event) -> Said | None:
    match event:
        case RiskTriggerConstituted():
            centimes = Decimal(event.exposed_mad_centimes)
            exposed = Money(amount=centimes.scaleb(-2), currency="MAD")
            return About.RISK_TRIGGER, "trigger-constituted", _trigger_facts(event, exposed)
        case RiskTriggerWithdrawn():
            return About.RISK_TRIGGER, "trigger-withdrawn", _trigger_facts(event)
        case RiskTriggerSuperseded():
            return About.RISK_TRIGGER, "trigger-superseded", _trigger_facts(event)
        case _:
            return None


def _trigger_facts(
    event: RiskTriggerConstituted | RiskTriggerWithdrawn | RiskTriggerSuperseded,
    exposed: Money | None = None,
) -> Facts:
    # An invoice is named by its order and, after a slash, its number there.
    order, _, invoice = event.subject.partition("/")
    is_invoice = event.subject_kind == "invoice"
    return Facts(
        order=order if is_invoice else None,
        invoice=(invoice or None) if is_invoice else None,
        shipment=event.subject if event.subject_kind == "shipment" else None,
        rule=event.rule,
        amount=exposed,
        on=event.knowledge_day,
    )
