"""The golden examples of all events: a small story of crafts that leave Morocco.

A women's cooperative of Taznakht knots a carpet, sells it at a fair to a buyer in Lyon and ships
it. Its pierced lanterns, sold from stock, are lost on the way to Boston, and found again.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

from contracts import exports, registry, values
from contracts.event import DayClosed, Event, Redriven, Skipped
from contracts.generate.example import Example, example_id
from contracts.generate.examples_of_insurance import insurance_examples
from contracts.generate.examples_of_metrics import metrics_examples
from contracts.generate.examples_of_notifications import notifications_examples
from contracts.generate.examples_of_orders import (
    COOPERATIVE,
    ORDER,
    PRICE,
    PRODUCT,
    QUANTITY,
    orders_examples,
)
from contracts.generate.examples_of_registry_metrics import registry_metrics_examples
from contracts.topics import EXPORTS_SHIPMENTS, REGISTRY_PRODUCERS

CARPET = example_id("shipment/carpet")
LANTERNS = example_id("shipment/lanterns")

STAMP = exports.ExporterStamp(
    producer_id=COOPERATIVE,
    registry_ordinal=2,
    kind=values.ProducerKind.COOPERATIVE,
    region="MA-08",
    women_led=values.WomenLed.UNKNOWN,
)
GOODS = exports.DeclaredGoods(
    exported_on=date(2026, 10, 6),
    month="2026-10",
    partner="FR",
    channel=values.Channel.FAIR,
    transport_mode=values.TransportMode.SEA,
    product=PRODUCT,
    fob=exports.FobValue(
        stated=PRICE,
        rate=Decimal("10.7945"),
        rate_date=date(2026, 10, 5),
        mad_centimes=1_986_728,
    ),
    net_mass_grams=41_300,
    quantity=QUANTITY,
)


def examples() -> tuple[Example, ...]:
    """One example of every event version."""
    return (
        *_registry_examples(),
        *orders_examples(),
        *_exports_examples(),
        *insurance_examples(),
        *metrics_examples(),
        *registry_metrics_examples(),
        *notifications_examples(),
        *_release_examples(),
        Example(
            event=DayClosed(
                topic=EXPORTS_SHIPMENTS.name, previous=date(2026, 10, 5), through=date(2026, 10, 6)
            ),
            service="exports",
            topic=EXPORTS_SHIPMENTS.name,
            subject=f"{EXPORTS_SHIPMENTS.name}/0",
            key=None,
            sequence=None,
            time=datetime(2026, 10, 7, 0, 0, tzinfo=UTC),
            partition=0,
        ),
    )


def example_of(event: type[Event]) -> Example:
    """The example of an event version. Raises: LookupError when there is none yet."""
    for example in examples():
        if type(example.event) is event:
            return example
    raise LookupError(f"{event.schema_name()} has no golden example: add one to {__file__}")


def _registry_examples() -> tuple[Example, ...]:
    def example(event: registry.RegistryEvent, sequence: int, time: datetime) -> Example:
        topic = REGISTRY_PRODUCERS.name
        return Example(event, "registry", topic, COOPERATIVE, COOPERATIVE, sequence, time)

    registered = registry.ProducerRegistered(
        registered_on=date(2026, 9, 21),
        kind=values.ProducerKind.COOPERATIVE,
        region="MA-07",
        women_led=values.WomenLed.UNKNOWN,
        chain="carpets-weaving",
    )
    moved = registry.ProducerMoved(moved_on=date(2026, 9, 28), region="MA-08")
    corrected = registry.ProducerCorrected(
        corrected_on=date(2026, 10, 12),
        kind=values.ProducerKind.COOPERATIVE,
        region="MA-08",
        women_led=values.WomenLed.YES,
        chain="carpets-weaving",
        reason="women-led-not-recorded",
    )
    return (
        example(registered, 1, datetime(2026, 9, 21, 9, 12, 44, tzinfo=UTC)),
        example(moved, 2, datetime(2026, 9, 28, 14, 3, 9, tzinfo=UTC)),
        example(corrected, 3, datetime(2026, 10, 12, 11, 40, 27, tzinfo=UTC)),
    )


def _exports_examples() -> tuple[Example, ...]:
    def carpet(event: exports.ExportsEvent, sequence: int, time: datetime) -> Example:
        return Example(event, "exports", EXPORTS_SHIPMENTS.name, CARPET, ORDER, sequence, time)

    def lanterns(event: exports.ExportsEvent, sequence: int, time: datetime) -> Example:
        topic = EXPORTS_SHIPMENTS.name
        return Example(event, "exports", topic, LANTERNS, LANTERNS, sequence, time)

    exported = exports.ShipmentExported(
        declaration=exports.DeclarationNumber(office="309", number="2026-0041873", item=1),
        order_id=ORDER,
        buyer_id="buyer-fr-00417",
        exporter=STAMP,
        goods=GOODS,
    )
    amended = exports.DeclarationAmended(
        amended_on=date(2026, 10, 8),
        reason="mass-after-weighing",
        goods=GOODS.model_copy(update={"net_mass_grams": 43_100}),
    )
    restamped = exports.ShipmentRestamped(
        exporter=STAMP.model_copy(update={"registry_ordinal": 3, "women_led": values.WomenLed.YES})
    )
    damaged = exports.ShipmentDamaged(
        surveyed_on=date(2026, 10, 15),
        survey_reference="SURVEY/2026/118",
        damage_percent=Decimal("12.5"),
    )
    delayed = exports.ShipmentDelayed(
        noticed_on=date(2026, 10, 28), expected_on=date(2026, 11, 6), reason="port-congestion"
    )
    lost = exports.ShipmentLost(noticed_on=date(2026, 11, 2), transport_document="BL-MACAS-77120")
    delivered = exports.ShipmentDelivered(delivered_on=date(2026, 11, 20))
    cancelled = exports.DeclarationCancelled(
        cancelled_on=date(2026, 11, 25), reason="declared-twice"
    )
    return (
        carpet(exported, 1, datetime(2026, 10, 6, 13, 2, 11, tzinfo=UTC)),
        carpet(amended, 2, datetime(2026, 10, 8, 9, 44, 36, tzinfo=UTC)),
        carpet(restamped, 3, datetime(2026, 10, 12, 11, 40, 29, tzinfo=UTC)),
        carpet(damaged, 4, datetime(2026, 10, 15, 10, 0, 0, tzinfo=UTC)),
        lanterns(delayed, 2, datetime(2026, 10, 28, 7, 15, 0, tzinfo=UTC)),
        lanterns(lost, 3, datetime(2026, 11, 2, 17, 31, 0, tzinfo=UTC)),
        lanterns(delivered, 4, datetime(2026, 11, 20, 12, 25, 48, tzinfo=UTC)),
        lanterns(cancelled, 5, datetime(2026, 11, 25, 9, 5, 0, tzinfo=UTC)),
    )


def _release_examples() -> tuple[Example, ...]:
    def example(event: Event, time: datetime) -> Example:
        topic = EXPORTS_SHIPMENTS.name
        return Example(event, "exports", topic, LANTERNS, LANTERNS, None, time)

    corrected = exports.ShipmentDelivered(delivered_on=date(2026, 11, 20))
    redriven = Redriven(
        aggregate=LANTERNS,
        ordinal=4,
        event_id=example_id("event/exports.ShipmentDelivered.v1"),
        decided_on=date(2026, 11, 21),
        reason="day-was-malformed",
        type=exports.ShipmentDelivered.event_type(),
        body=corrected.encode().decode(),
    )
    skipped = Skipped(
        aggregate=LANTERNS,
        ordinal=6,
        event_id=example_id("event/unknown"),
        decided_on=date(2026, 11, 26),
        reason="not-from-this-service",
    )
    return (
        example(redriven, datetime(2026, 11, 21, 8, 30, tzinfo=UTC)),
        example(skipped, datetime(2026, 11, 26, 8, 40, tzinfo=UTC)),
    )
