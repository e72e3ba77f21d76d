"""The catalogue of topics: who owns each, who reads it, how it is keyed, kept and partitioned.

Topics are created from this page by their owners; the broker creates none by itself.
"""

from contracts import (
    export_metrics,
    exports,
    insurance,
    nation,
    notifications,
    orders,
    registry,
    registry_metrics,
)
from contracts.event import DayClosed, Event, Redriven, Skipped
from contracts.topic import Cleanup, Topic


def quarantine_of(reader: str) -> str:
    """The topic that takes, unchanged, what `reader` cannot read."""
    return f"{reader}.quarantine.v1"


def _quarantine(reader: str) -> Topic:
    return Topic(
        name=quarantine_of(reader),
        owner=reader,
        key="as found",
        summary=f"Records that {reader} could not read, byte for byte, with the reason in headers.",
        partitions=1,
    )


CONTROL: tuple[type[Event], ...] = (DayClosed, Redriven, Skipped)
"""Beside the events of aggregates: day markers, and the release of what a reader holds."""

REGISTRY_PRODUCERS = Topic(
    name="registry.producers.v1",
    owner="registry",
    key="producer id",
    summary="Producers as the national registry knows them.",
    events=(
        registry.ProducerRegistered,
        registry.ProducerMoved,
        registry.ProducerCorrected,
        *CONTROL,
    ),
    readers={
        "exports": quarantine_of("exports"),
        "registry-metrics": quarantine_of("registry-metrics"),
    },
)
ORDERS_ORDERS = Topic(
    name="orders.orders.v1",
    owner="orders",
    key="order id",
    summary="Orders from placing to payment or cancellation, and their invoices.",
    events=(
        orders.OrderPlaced,
        orders.OrderPaid,
        orders.OrderCancelled,
        orders.InvoiceIssued,
        orders.PaymentReceived,
        orders.PaymentFailed,
        orders.PaymentExtended,
        orders.DisputeOpened,
        orders.DisputeSettled,
        orders.OrderRefunded,
        orders.OrderRated,
        *CONTROL,
    ),
    readers={
        "export-metrics": quarantine_of("export-metrics"),
        "notifications": quarantine_of("notifications"),
    },
)
INSURANCE_RULES = Topic(
    name="insurance.rules.v1",
    owner="insurance",
    key="rule id",
    summary="The terms of risk rules. Every partition carries all of them.",
    events=(insurance.RuleTermsSet, *CONTROL),
    broadcast=True,
    readers={"export-metrics": quarantine_of("export-metrics")},
)
EXPORTS_SHIPMENTS = Topic(
    name="exports.shipments.v1",
    owner="exports",
    key="order id where there is one, else shipment id",
    summary="Export shipments as customs recorded them, and what became of them.",
    events=(
        exports.ShipmentExported,
        exports.ShipmentDelivered,
        exports.ShipmentDelayed,
        exports.ShipmentLost,
        exports.ShipmentDamaged,
        exports.DeclarationAmended,
        exports.DeclarationCancelled,
        exports.ShipmentRestamped,
        *CONTROL,
    ),
    readers={
        "export-metrics": quarantine_of("export-metrics"),
        "notifications": quarantine_of("notifications"),
    },
)
NOTIFICATIONS = Topic(
    name="notifications.notifications.v1",
    owner="notifications",
    key="notification id",
    summary="Who was told what: requested, sent or failed. Recipients are opaque ids.",
    events=(
        notifications.NotificationRequested,
        notifications.NotificationSent,
        notifications.NotificationFailed,
        *CONTROL,
    ),
)
RISK_TRIGGERS = Topic(
    name="export-metrics.risk-triggers.v1",
    owner="export-metrics",
    key="subject of the trigger",
    readers={
        "export-metrics": quarantine_of("export-metrics"),
        "notifications": quarantine_of("notifications"),
    },
    summary="Risk-insurance triggers, constituted, withdrawn and superseded.",
    events=(
        export_metrics.RiskTriggerConstituted,
        export_metrics.RiskTriggerWithdrawn,
        export_metrics.RiskTriggerSuperseded,
    ),
)


def statistics(generation: int) -> Topic:
    """The contributions of one generation of the fold."""
    return _statistics(
        "export-metrics",
        generation,
        "the national figures",
        (
            export_metrics.Contribution,
            export_metrics.ExporterContribution,
            export_metrics.ExposureContribution,
            export_metrics.PartitionClosed,
        ),
    )


def national(generation: int) -> Topic:
    """What the one national fold of a generation decides, a partition for each of its subjects."""
    return Topic(
        name=f"export-metrics.national.v1.g{generation}",
        owner="export-metrics",
        key="what is counted or measured, and knowledge day",
        summary=f"What does not add up over partitions, decided once: generation {generation}.",
        events=(
            nation.ExportersCounted,
            nation.ExposureMeasured,
            nation.NationalDayClosed,
        ),
        partitions=2,
        cleanup=Cleanup.COMPACT,
        readers={"export-metrics": quarantine_of("export-metrics")},
    )


def cursors(generation: int) -> Topic:
    """How far the committed outputs of each partition number reach."""
    return _cursors("export-metrics", generation, export_metrics.Cursor)


def producer_statistics(generation: int) -> Topic:
    """The contributions of one generation of the fold of the registry."""
    return _statistics(
        "registry-metrics",
        generation,
        "the figures of the registry",
        (registry_metrics.ProducerContribution, registry_metrics.PartitionClosed),
    )


def producer_cursors(generation: int) -> Topic:
    """How far the committed outputs of the fold of the registry reach."""
    return _cursors("registry-metrics", generation, registry_metrics.Cursor)


def _statistics(
    owner: str, generation: int, figures: str, events: tuple[type[Event], ...]
) -> Topic:
    return Topic(
        name=f"{owner}.statistics.v1.g{generation}",
        owner=owner,
        key="partition number, cell and knowledge day",
        summary=f"Contributions to {figures}, generation {generation} of the fold.",
        events=events,
        cleanup=Cleanup.COMPACT,
        readers={owner: quarantine_of(owner)},
    )


def _cursors(owner: str, generation: int, cursor: type[Event]) -> Topic:
    return Topic(
        name=f"{owner}.cursors.v1.g{generation}",
        owner=owner,
        key="partition number",
        summary=f"How far the outputs of generation {generation} reach into the inputs.",
        events=(cursor,),
        cleanup=Cleanup.COMPACT,
        readers={owner: quarantine_of(owner)},
    )


CURRENT_GENERATION = 1
PRODUCER_GENERATION = 1
"""The generation of the fold of the registry."""

BY_GENERATION = (statistics, cursors, national, producer_statistics, producer_cursors)
"""What there is once for each generation of a fold."""

TOPICS: tuple[Topic, ...] = (
    REGISTRY_PRODUCERS,
    ORDERS_ORDERS,
    EXPORTS_SHIPMENTS,
    INSURANCE_RULES,
    NOTIFICATIONS,
    statistics(CURRENT_GENERATION),
    cursors(CURRENT_GENERATION),
    national(CURRENT_GENERATION),
    RISK_TRIGGERS,
    producer_statistics(PRODUCER_GENERATION),
    producer_cursors(PRODUCER_GENERATION),
    _quarantine("exports"),
    _quarantine("export-metrics"),
    _quarantine("notifications"),
    _quarantine("registry-metrics"),
)


def owned_by(service: str) -> tuple[Topic, ...]:
    """The topics that `service` creates and alone writes to."""
    return tuple(topic for topic in TOPICS if topic.owner == service)
