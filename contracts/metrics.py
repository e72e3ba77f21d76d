"""Every metric of the platform: a contract with those who draw dashboards and write alerts.

Names follow Prometheus: base units, `_total` on counters. Labels are bounded: no ids among them.
Values are floats, as Prometheus has no others: good for a picture, never for a statistic.
"""

from dataclasses import dataclass
from enum import StrEnum

FAST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Kind(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


COMMANDS = Metric(
    "zarbia_commands_total",
    Kind.COUNTER,
    "Commands by what became of them (done_now, done_before, done_otherwise, or why refused).",
    ("service", "command", "outcome"),
)
REQUEST_SECONDS = Metric(
    "zarbia_http_request_seconds",
    Kind.HISTOGRAM,
    "Time from the request to its answer.",
    ("service", "method", "route", "status"),
    FAST_SECONDS,
)
EVENTS_PUBLISHED = Metric(
    "zarbia_events_published_total",
    Kind.COUNTER,
    "Events that the broker acknowledged.",
    ("service", "type"),
)
OUTBOX_WAITING = Metric(
    "zarbia_outbox_waiting",
    Kind.GAUGE,
    "Aggregates known to wait for the relay.",
    ("service",),
)
OUTBOX_OLDEST = Metric(
    "zarbia_outbox_oldest_seconds",
    Kind.GAUGE,
    "Age, from when it was recorded, of the oldest event known to wait for the relay; 0: none.",
    ("service",),
)
RELAY_LEADER = Metric(
    "zarbia_relay_leader",
    Kind.GAUGE,
    "1 while this instance leads its service's relay.",
    ("service",),
)
DAY_CLOSED = Metric(
    "zarbia_day_closed_timestamp_seconds",
    Kind.GAUGE,
    "The end of the last day that the service closed on its topic.",
    ("service", "topic"),
)
RECORDS_READ = Metric(
    "zarbia_records_read_total",
    Kind.COUNTER,
    "Records read, by what became of them (handled, skipped, duplicate, quarantined).",
    ("service", "topic", "outcome"),
)
QUARANTINED = Metric(
    "zarbia_records_quarantined_total",
    Kind.COUNTER,
    "Records that could not be read, by the first reason.",
    ("service", "topic", "reason"),
)
PARTITIONS_STOPPED = Metric(
    "zarbia_partitions_stopped",
    Kind.GAUGE,
    "Partitions that wait for a newer deployment of this reader.",
    ("service", "topic"),
)
PARTITIONS_FOLDED = Metric(
    "zarbia_partitions_folded",
    Kind.GAUGE,
    "Partition numbers that this instance folds, by the role of its generation there (in_charge, "
    "silent, retired; unknown: not yet found out; failing: it could not send what there is; "
    "halted: folded from another log).",
    ("service", "role"),
)
LAG_RECORDS = Metric(
    "zarbia_lag_records",
    Kind.GAUGE,
    "Records between the reader's position and the end of the topic.",
    ("service", "topic"),
)
LAG_SECONDS = Metric(
    "zarbia_lag_seconds",
    Kind.GAUGE,
    "From the last record handled to the newest fetched, by their timestamps, in the slowest "
    "partition with records left; 0: none left.",
    ("service", "topic"),
)
HELD_KEYS = Metric(
    "zarbia_held_keys",
    Kind.GAUGE,
    "Partition keys held behind a quarantined or conflicting event.",
    ("service", "topic"),
)
SOURCE_CLOSED = Metric(
    "zarbia_source_closed_timestamp_seconds",
    Kind.GAUGE,
    "The end of the last day that the reader saw the source close in all its partitions.",
    ("service", "topic"),
)
SOURCE_OPEN_DAYS = Metric(
    "zarbia_source_open_days",
    Kind.GAUGE,
    "Days from the source's last closed day to the newest closed day of any source; +Inf: never.",
    ("service", "topic"),
)
PUBLICATION_SECONDS = Metric(
    "zarbia_publication_seconds",
    Kind.HISTOGRAM,
    "Time to commit the outputs of one partition in one transaction.",
    ("service",),
    FAST_SECONDS,
)
GAPS_OPEN = Metric(
    "zarbia_gaps_open",
    Kind.GAUGE,
    "Events that wait for a missing ordinal before them.",
    ("service",),
)
CONFLICTS = Metric(
    "zarbia_conflicts_total",
    Kind.COUNTER,
    "Events that claim an ordinal which another event has.",
    ("service",),
)
MARKER_JUMPS = Metric(
    "zarbia_day_marker_jumps_total",
    Kind.COUNTER,
    "Day markers whose previous day is not the last that the reader knows.",
    ("service", "topic"),
)
LEDGERS = Metric(
    "zarbia_ledgers_opened_total",
    Kind.COUNTER,
    "Ledgers that were not there or not sound, by what was done "
    "(set_aside, snapshot_refused, restored, made_new).",
    ("service", "outcome"),
)
SNAPSHOTS = Metric(
    "zarbia_ledger_snapshots_total",
    Kind.COUNTER,
    "Snapshots of ledgers, by what became of them (taken, failed).",
    ("service", "outcome"),
)
EXPORTS_FOB = Metric(
    "zarbia_exports_fob_mad",
    Kind.GAUGE,
    "FOB value in MAD of the latest years by product group; small groups together as `other`.",
    ("year", "product_group"),
)
EXPORTS_FOB_PARTNER = Metric(
    "zarbia_exports_fob_partner_mad",
    Kind.GAUGE,
    "FOB value in MAD of the latest years by partner: the first ten, the rest as `other`.",
    ("year", "partner"),
)
EXPORTS_CLOSED = Metric(
    "zarbia_exports_closed_timestamp_seconds",
    Kind.GAUGE,
    "The end of the last day for which all partitions have published their figures.",
)
NATIONAL_CLOSED = Metric(
    "zarbia_national_closed_timestamp_seconds",
    Kind.GAUGE,
    "The end of the last day that is decided for the whole nation (participation, exposure).",
    ("subject",),
)
RISK_TRIGGERS = Metric(
    "zarbia_risk_triggers",
    Kind.GAUGE,
    "Risk triggers as they stand now.",
    ("rule", "state"),
)
NOTIFICATIONS = Metric(
    "zarbia_notifications_total",
    Kind.COUNTER,
    "Attempts to notify by what became of them (sent, retried, failed: given up).",
    ("outcome", "language"),
)
NOTIFICATIONS_WAITING = Metric(
    "zarbia_notifications_waiting",
    Kind.GAUGE,
    "Notifications to be sent, those to be tried again among them.",
)

METRICS: tuple[Metric, ...] = (
    COMMANDS,
    REQUEST_SECONDS,
    EVENTS_PUBLISHED,
    OUTBOX_WAITING,
    OUTBOX_OLDEST,
    RELAY_LEADER,
    DAY_CLOSED,
    RECORDS_READ,
    QUARANTINED,
    PARTITIONS_STOPPED,
    PARTITIONS_FOLDED,
    LAG_RECORDS,
    LAG_SECONDS,
    HELD_KEYS,
    SOURCE_CLOSED,
    SOURCE_OPEN_DAYS,
    PUBLICATION_SECONDS,
    GAPS_OPEN,
    CONFLICTS,
    MARKER_JUMPS,
    LEDGERS,
    SNAPSHOTS,
    EXPORTS_FOB,
    EXPORTS_FOB_PARTNER,
    EXPORTS_CLOSED,
    NATIONAL_CLOSED,
    RISK_TRIGGERS,
    NOTIFICATIONS,
    NOTIFICATIONS_WAITING,
)
