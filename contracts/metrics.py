"""Every metric of the platform: a contract with those who draw dashboards and write alerts.

Names follow Prometheus: base units, `_total` on counters. Labels are bounded: no ids among them.
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
    "Commands by what became of them (done, repeated, or the reason of the refusal).",
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
LAG_RECORDS = Metric(
    "zarbia_lag_records",
    Kind.GAUGE,
    "Records between the reader's position and the end of the topic.",
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

METRICS: tuple[Metric, ...] = (
    COMMANDS,
    REQUEST_SECONDS,
    EVENTS_PUBLISHED,
    OUTBOX_WAITING,
    RELAY_LEADER,
    DAY_CLOSED,
    RECORDS_READ,
    QUARANTINED,
    PARTITIONS_STOPPED,
    LAG_RECORDS,
    PUBLICATION_SECONDS,
    GAPS_OPEN,
    CONFLICTS,
    MARKER_JUMPS,
)
