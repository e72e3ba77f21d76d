"""The golden examples of export metrics: the carpet's figure, the loss of the lanterns."""

from datetime import UTC, date, datetime

from contracts import export_metrics, nation, values
from contracts.event import Event
from contracts.exports import ShipmentDelivered, ShipmentLost
from contracts.folding import OfNation, OfNationalDay
from contracts.generate.example import Example, example_id
from contracts.generate.examples_of_orders import INVOICE, UNPAID_ORDER
from contracts.orders import PaymentReceived
from contracts.partitioner import partition_of
from contracts.topics import (
    CURRENT_GENERATION,
    EXPORTS_SHIPMENTS,
    INSURANCE_RULES,
    ORDERS_ORDERS,
    RISK_TRIGGERS,
    cursors,
    national,
    statistics,
)

LANTERNS = example_id("shipment/lanterns")
TRIGGER = example_id("trigger/lanterns-lost")
DEFAULT = example_id("trigger/invoice-unpaid")
UNPAID = f"{UNPAID_ORDER}/{INVOICE}"
DEBTOR = "B-7731"
PARTITION = 7
OFFSETS = {
    EXPORTS_SHIPMENTS.name: 41_873,
    INSURANCE_RULES.name: 97,
    ORDERS_ORDERS.name: 20_114,
}
CELL = export_metrics.Cell(
    month="2026-10",
    partner="FR",
    hs_code="570110",
    hs_edition="HS2022",
    product_group="carpets",
    chain="carpets-weaving",
    region="MA-08",
    office="309",
    exporter_kind=values.ProducerKind.COOPERATIVE,
    women_led=values.WomenLed.UNKNOWN,
    channel=values.Channel.FAIR,
    unit="m2",
)


def metrics_examples() -> tuple[Example, ...]:
    return (*_figures(), *_national(), *_triggers())


def _national() -> tuple[Example, ...]:
    def example(event: OfNation | OfNationalDay, day: date, partition: int) -> Example:
        key, topic = event.record_key(), national(CURRENT_GENERATION).name
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return Example(event, "export-metrics", topic, key, key, None, midnight, partition)

    exports_closed, all_closed = date(2026, 10, 6), date(2026, 10, 5)
    counted = nation.ExportersCounted(
        generation=CURRENT_GENERATION,
        knowledge_day=exports_closed,
        last_month="2026-10",
        months=12,
        group=nation.ExporterGroup(region="MA-08"),
        exporters=214,
    )
    measured = nation.ExposureMeasured(
        generation=CURRENT_GENERATION,
        knowledge_day=all_closed,
        debtors=nation.Debtors(debtor=DEBTOR),
        open_mad_centimes=9_430_000,
    )
    closed = nation.NationalDayClosed(
        generation=CURRENT_GENERATION, subject="participation", through=exports_closed
    )
    return (
        example(counted, exports_closed, 0),
        example(measured, all_closed, 1),
        example(closed, exports_closed, 0),
    )


def _figures() -> tuple[Example, ...]:
    def example(event: Event, topic: str, key: str, time: datetime) -> Example:
        return Example(event, "export-metrics", topic, key, key, None, time, PARTITION)

    figures = statistics(CURRENT_GENERATION).name
    contribution = export_metrics.Contribution(
        generation=CURRENT_GENERATION,
        partition=PARTITION,
        knowledge_day=date(2026, 10, 6),
        cell=CELL,
        fob_mad_centimes=1_986_728,
        net_mass_grams=41_300,
        quantity_thousandths=14_250,
        shipments=1,
    )
    exporter = export_metrics.ExporterContribution(
        generation=CURRENT_GENERATION,
        partition=PARTITION,
        knowledge_day=date(2026, 10, 6),
        cell=export_metrics.ExporterCell(
            month="2026-10",
            exporter=example_id("producer/cooperative"),
            region="MA-08",
            exporter_kind=values.ProducerKind.COOPERATIVE,
            women_led=values.WomenLed.UNKNOWN,
        ),
        fob_mad_centimes=1_986_728,
        shipments=1,
    )
    owed = export_metrics.ExposureContribution(
        generation=CURRENT_GENERATION,
        partition=PARTITION,
        knowledge_day=date(2026, 10, 5),
        cell=export_metrics.ExposureCell(debtor=DEBTOR, country="FR"),
        open_mad_centimes=4_210_000,
    )
    closed = export_metrics.PartitionClosed(
        generation=CURRENT_GENERATION,
        partition=PARTITION,
        through=date(2026, 10, 6),
        held=0,
        sources={
            EXPORTS_SHIPMENTS.name: date(2026, 10, 6),
            INSURANCE_RULES.name: date(2026, 10, 6),
            ORDERS_ORDERS.name: date(2026, 10, 5),
        },
        offsets=OFFSETS,
    )
    cursor = export_metrics.Cursor(
        generation=CURRENT_GENERATION,
        partition=PARTITION,
        offsets=OFFSETS,
        barrier_day=date(2026, 10, 5),
    )
    midnight = datetime(2026, 10, 6, tzinfo=UTC)
    return (
        example(contribution, figures, contribution.record_key(), midnight),
        example(exporter, figures, exporter.record_key(), midnight),
        example(owed, figures, owed.record_key(), datetime(2026, 10, 5, tzinfo=UTC)),
        example(closed, figures, closed.record_key(), midnight),
        example(cursor, cursors(CURRENT_GENERATION).name, cursor.record_key(), midnight),
    )


def _triggers() -> tuple[Example, ...]:
    def example(event: Event, sequence: int, time: datetime) -> Example:
        topic = RISK_TRIGGERS.name
        return Example(event, "export-metrics", topic, TRIGGER, LANTERNS, sequence, time)

    def of_invoice(event: Event, sequence: int, time: datetime) -> Example:
        topic = RISK_TRIGGERS.name
        partition = partition_of(UNPAID_ORDER, RISK_TRIGGERS.partitions)
        return Example(event, "export-metrics", topic, DEFAULT, UNPAID, sequence, time, partition)

    lost = export_metrics.Evidence(
        event_id=example_id("event/exports.ShipmentLost.v1"),
        event_type=ShipmentLost.event_type(),
        subject=LANTERNS,
    )
    found = export_metrics.Evidence(
        event_id=example_id("event/exports.ShipmentDelivered.v1"),
        event_type=ShipmentDelivered.event_type(),
        subject=LANTERNS,
    )
    constituted = export_metrics.RiskTriggerConstituted(
        trigger_id=TRIGGER,
        rule="loss",
        rule_version=1,
        subject_kind="shipment",
        subject=LANTERNS,
        episode=1,
        knowledge_day=date(2026, 11, 2),
        exposed_mad_centimes=3_215_000,
        evidence=(lost,),
    )
    withdrawn = export_metrics.RiskTriggerWithdrawn(
        trigger_id=TRIGGER,
        rule="loss",
        rule_version=1,
        subject_kind="shipment",
        subject=LANTERNS,
        episode=1,
        knowledge_day=date(2026, 11, 20),
        reason="found",
        evidence=(found,),
    )
    recovered = export_metrics.RiskTriggerSuperseded(
        trigger_id=DEFAULT,
        rule="protracted-default",
        rule_version=1,
        subject_kind="invoice",
        subject=UNPAID,
        episode=1,
        knowledge_day=date(2027, 6, 21),
        reason="recovered",
        evidence=(
            export_metrics.Evidence(
                event_id=example_id("event/orders.PaymentReceived.v1"),
                event_type=PaymentReceived.event_type(),
                subject=UNPAID_ORDER,
            ),
        ),
    )
    return (
        of_invoice(recovered, 2, datetime(2027, 6, 21, 9, 30, tzinfo=UTC)),
        example(constituted, 1, datetime(2026, 11, 2, 17, 31, tzinfo=UTC)),
        example(withdrawn, 2, datetime(2026, 11, 20, 12, 25, 48, tzinfo=UTC)),
    )
