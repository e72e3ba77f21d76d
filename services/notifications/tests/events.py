"""Events of others, as they are read from the bus."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from chassis.reader.outcome import Readable
from chassis.tests.counters import NOW
from contracts.envelope import Envelope, source_of
from contracts.event import Event
from contracts.export_metrics import Evidence, RiskTriggerConstituted
from contracts.exports import (
    DeclarationNumber,
    ShipmentDelayed,
    ShipmentExported,
    ShipmentLost,
)
from contracts.generate.examples import GOODS, STAMP
from contracts.generate.examples_of_orders import PRODUCT, QUANTITY
from contracts.orders import OrderLine, OrderPaid, OrderPlaced, PaymentFailed
from contracts.values import Money

ORDER = "0f8fad5b-d9cb-569f-a165-70867728950e"
SHIPMENT = "7c9e6679-7425-50de-944b-e07fc1f90ae7"
PRODUCER = "f1a50793-770b-5234-862f-c11a3a6c5932"
TRIGGER = "1b4e28ba-2fa1-51d2-883f-b9a761bde3fb"
CONTACT = "6ba7b810-9dad-51d1-80b4-00c04fd430c8"
OTHER = "6ba7b811-9dad-51d1-80b4-00c04fd430c8"
PRICE = Money(amount=Decimal("1840.50"), currency="EUR")
DAY = date(2025, 6, 29)

PAID = OrderPaid(paid_on=DAY, amount=PRICE, method="transfer", payment_reference="TRF-1")
LOST = ShipmentLost(noticed_on=DAY, transport_document="BL-1")
DELAYED = ShipmentDelayed(
    noticed_on=DAY, expected_on=DAY + timedelta(days=9), reason="port-congestion"
)


def failed(*, final: bool) -> PaymentFailed:
    return PaymentFailed(
        payment_reference="CARD-1",
        failed_on=DAY,
        amount=PRICE,
        method="card",
        reason="card-expired",
        final=final,
    )


def constituted(subject_kind: str = "shipment", subject: str = SHIPMENT) -> RiskTriggerConstituted:
    return RiskTriggerConstituted(
        trigger_id=TRIGGER,
        rule="loss" if subject_kind == "shipment" else "protracted-default",
        rule_version=1,
        subject_kind=subject_kind,
        subject=subject,
        episode=1,
        knowledge_day=DAY,
        exposed_mad_centimes=19_867_280,
        evidence=(Evidence(event_id=ORDER, event_type="x", subject=subject),),
    )


def placed(producer_id: str = PRODUCER) -> OrderPlaced:
    return OrderPlaced(
        placed_on=DAY,
        producer_id=producer_id,
        buyer_id="buyer-1",
        country="FR",
        channel="fair",
        lines=(OrderLine(product=PRODUCT, quantity=QUANTITY, price=PRICE),),
        total=PRICE,
    )


def exported(producer_id: str = PRODUCER, order_id: str | None = None) -> ShipmentExported:
    return ShipmentExported(
        declaration=DeclarationNumber(office="CASA", number="1", item=1),
        order_id=order_id,
        exporter=STAMP.model_copy(update={"producer_id": producer_id}),
        goods=GOODS,
    )


def read(
    event: Event,
    subject: str,
    *,
    key: str | None = None,
    number: int = 1,
    recorded_at: datetime = NOW,
) -> Readable:
    """A record of this event. `number` tells events of the same content apart."""
    data = event.encode()
    envelope = Envelope(
        id=f"00000000-0000-5000-8000-{number:012d}",
        source=source_of(event.owner),
        type=event.event_type(),
        time=datetime(2025, 6, 29, 9, tzinfo=UTC),
        subject=subject,
        dataschema=event.dataschema(),
        data=data,
        partitionkey=key or subject,
        sequence=2,
    )
    return Readable(envelope, event, int(recorded_at.timestamp() * 1000))
