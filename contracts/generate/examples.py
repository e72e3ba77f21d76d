"""The golden examples of all events: a small story of crafts that leave Morocco.

A women's cooperative of Taznakht knots a carpet, sells it at a fair to a buyer in Lyon and ships
it. Its pierced lanterns, sold from stock, are lost on the way to Boston, and found again.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

from contracts import exports, orders, registry, values
from contracts.event import DayClosed, Event
from contracts.generate.example import Example, example_id
from contracts.generate.examples_of_metrics import metrics_examples
from contracts.topics import EXPORTS_SHIPMENTS, ORDERS_ORDERS, REGISTRY_PRODUCERS

COOPERATIVE = example_id("producer/taznakht")
ORDER = example_id("order/carpet")
CANCELLED_ORDER = example_id("order/cancelled")
CARPET = example_id("shipment/carpet")
LANTERNS = example_id("shipment/lanterns")

PRODUCT = values.Product(
    hs_code="570110", hs_edition="HS2022", product_group="carpets", chain="carpets-weaving"
)
QUANTITY = values.Quantity(value=Decimal("14.25"), unit="m2")
PRICE = values.Money(amount=Decimal("1840.50"), currency="EUR")
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
        *_orders_examples(),
        *_exports_examples(),
        *metrics_examples(),
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


def _orders_examples() -> tuple[Example, ...]:
    def example(event: orders.OrdersEvent, order: str, sequence: int, time: datetime) -> Example:
        return Example(event, "orders", ORDERS_ORDERS.name, order, order, sequence, time)

    placed = orders.OrderPlaced(
        placed_on=date(2026, 10, 2),
        producer_id=COOPERATIVE,
        buyer_id="buyer-fr-00417",
        country="FR",
        channel=values.Channel.FAIR,
        lines=(orders.OrderLine(product=PRODUCT, quantity=QUANTITY, price=PRICE),),
        total=PRICE,
    )
    paid = orders.OrderPaid(
        paid_on=date(2026, 11, 3), amount=PRICE, method="transfer", payment_reference="TRF-88213"
    )
    cancelled = orders.OrderCancelled(cancelled_on=date(2026, 10, 9), reason="buyer-withdrew")
    return (
        example(placed, ORDER, 1, datetime(2026, 10, 2, 15, 20, 5, tzinfo=UTC)),
        example(paid, ORDER, 2, datetime(2026, 11, 3, 8, 51, 30, tzinfo=UTC)),
        example(cancelled, CANCELLED_ORDER, 2, datetime(2026, 10, 9, 16, 7, 58, tzinfo=UTC)),
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
        lanterns(lost, 2, datetime(2026, 11, 2, 17, 31, 0, tzinfo=UTC)),
        lanterns(delivered, 3, datetime(2026, 11, 20, 12, 25, 48, tzinfo=UTC)),
        lanterns(cancelled, 4, datetime(2026, 11, 25, 9, 5, 0, tzinfo=UTC)),
    )
