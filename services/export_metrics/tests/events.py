"""Events of exports as records, for tests: made up, and the same every time."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import NAMESPACE_OID, uuid5

from chassis.outbox import event_id
from contracts.codec import to_kafka
from contracts.envelope import Envelope, source_of
from contracts.event import DayClosed, Event
from contracts.exports import (
    DeclarationAmended,
    DeclarationCancelled,
    DeclarationNumber,
    DeclaredGoods,
    ExporterStamp,
    FobValue,
    ShipmentDamaged,
    ShipmentDelivered,
    ShipmentExported,
    ShipmentLost,
    ShipmentRestamped,
)
from contracts.partitioner import partition_of
from contracts.topic import Topic
from contracts.topics import EXPORTS_SHIPMENTS
from contracts.values import (
    Channel,
    Money,
    ProducerKind,
    Product,
    Quantity,
    TransportMode,
    WomenLed,
)

TOPIC = EXPORTS_SHIPMENTS.name
DAY = date(2026, 3, 2)
TIME = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


@dataclass(frozen=True)
class FakeRecord:
    """A Kafka record as the client gives it."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    partition: int = 0
    topic: str = TOPIC
    timestamp: int = 0


def uuid_of(name: object) -> str:
    return str(uuid5(NAMESPACE_OID, str(name)))


def goods(
    centimes: int = 10_000,
    *,
    grams: int = 1_500,
    partner: str = "FR",
    month: str = "2026-03",
    quantity: str | None = "2.5",
    hs_code: str = "570110",
) -> DeclaredGoods:
    return DeclaredGoods(
        exported_on=date.fromisoformat(f"{month}-01"),
        month=month,
        partner=partner,
        channel=Channel.FAIR.value,
        transport_mode=TransportMode.SEA.value,
        product=Product(
            hs_code=hs_code, hs_edition="HS2022", product_group="carpets", chain="carpets"
        ),
        fob=FobValue(
            stated=Money(amount=Decimal(centimes) / 100, currency="MAD"),
            rate=Decimal(1),
            rate_date=date.fromisoformat(f"{month}-01"),
            mad_centimes=centimes,
        ),
        net_mass_grams=grams,
        quantity=None if quantity is None else Quantity(value=Decimal(quantity), unit="m2"),
    )


def stamp(region: str = "MA-03", *, ordinal: int = 1, by: str = "producer") -> ExporterStamp:
    return ExporterStamp(
        producer_id=uuid_of(by),
        registry_ordinal=ordinal,
        kind=ProducerKind.COOPERATIVE,
        region=region,
        women_led=WomenLed.YES,
    )


def exported(
    of: DeclaredGoods | None = None, *, number: str = "1", by: str = "producer"
) -> ShipmentExported:
    return ShipmentExported(
        declaration=DeclarationNumber(office="300", number=number, item=1),
        exporter=stamp(by=by),
        goods=of or goods(),
    )


def amended(of: DeclaredGoods) -> DeclarationAmended:
    return DeclarationAmended(amended_on=DAY, reason="typing-error", goods=of)


def cancelled() -> DeclarationCancelled:
    return DeclarationCancelled(cancelled_on=DAY, reason="returned")


def restamped(region: str) -> ShipmentRestamped:
    return ShipmentRestamped(exporter=stamp(region, ordinal=2))


def delivered() -> ShipmentDelivered:
    return ShipmentDelivered(delivered_on=DAY)


def lost() -> ShipmentLost:
    return ShipmentLost(noticed_on=DAY, transport_document="BL-7")


def damaged(percent: str) -> ShipmentDamaged:
    return ShipmentDamaged(surveyed_on=DAY, survey_reference="S-1", damage_percent=Decimal(percent))


def closed(through: date, previous: date | None, topic: str = TOPIC) -> DayClosed:
    return DayClosed(topic=topic, previous=previous, through=through)


def envelope(
    event: Event,
    shipment: str,
    ordinal: int | None,
    topic: Topic = EXPORTS_SHIPMENTS,
    key: str | None = None,
) -> Envelope:
    """`key` is the record's; without one it is the subject, for an event that has an ordinal."""
    source = source_of(topic.owner)
    data = event.encode()
    return Envelope(
        id=event_id(source, shipment, ordinal or 0, event.event_type(), data),
        source=source,
        type=event.event_type(),
        time=TIME,
        subject=shipment,
        dataschema=event.dataschema(),
        data=data,
        partitionkey=key or (None if ordinal is None else shipment),
        sequence=ordinal,
    )


@dataclass
class Log:
    """The records of a topic, as their owner writes them."""

    records: list[FakeRecord] = field(default_factory=list)
    partition: int = 0
    topic: Topic = EXPORTS_SHIPMENTS

    def opened(self, through: date = date(2026, 3, 1)) -> "Log":
        return self.close(through, None)

    def close(self, through: date, previous: date | None) -> "Log":
        marker = closed(through, previous, self.topic.name)
        subject = f"{self.topic.name}/{self.partition}"
        return self.append_envelope(envelope(marker, subject, None, self.topic))

    def append(
        self, shipment: str, ordinal: int | None, event: Event, key: str | None = None
    ) -> "Log":
        return self.append_envelope(envelope(event, shipment, ordinal, self.topic, key))

    def renumber(self) -> None:
        """Give all records the offsets of their present places."""
        self.records = [replace(record, offset=at) for at, record in enumerate(self.records)]

    def spoil(self) -> "Log":
        """The last record, as if its data had been damaged on the way."""
        self.records[-1] = replace(self.records[-1], value=b"{}")
        return self

    def append_envelope(self, of: Envelope) -> "Log":
        key, value, headers = to_kafka(of)
        partition = self.partition if key is None else partition_of(key.decode(), 12)
        place = (partition, self.topic.name)
        record = FakeRecord(len(self.records), key, value, tuple(headers), *place)
        self.records.append(record)
        return self
