"""The platform's metrics as objects to count with. What there is stands in contracts.metrics.

Those of the national picture are collected when asked for: services.export_metrics.picture.
"""

from prometheus_client import Counter, Gauge, Histogram

from contracts import metrics as names
from contracts.metrics import Metric


def _counter(metric: Metric) -> Counter:
    return Counter(metric.name, metric.help, metric.labels)


def _gauge(metric: Metric) -> Gauge:
    return Gauge(metric.name, metric.help, metric.labels)


def _histogram(metric: Metric) -> Histogram:
    return Histogram(metric.name, metric.help, metric.labels, buckets=metric.buckets)


class _Metrics:
    commands = _counter(names.COMMANDS)
    request_seconds = _histogram(names.REQUEST_SECONDS)
    events_published = _counter(names.EVENTS_PUBLISHED)
    outbox_waiting = _gauge(names.OUTBOX_WAITING)
    outbox_oldest = _gauge(names.OUTBOX_OLDEST)
    relay_leader = _gauge(names.RELAY_LEADER)
    day_closed = _gauge(names.DAY_CLOSED)
    records_read = _counter(names.RECORDS_READ)
    quarantined = _counter(names.QUARANTINED)
    partitions_stopped = _gauge(names.PARTITIONS_STOPPED)
    partitions_folded = _gauge(names.PARTITIONS_FOLDED)
    lag_records = _gauge(names.LAG_RECORDS)
    lag_seconds = _gauge(names.LAG_SECONDS)
    held_keys = _gauge(names.HELD_KEYS)
    source_closed = _gauge(names.SOURCE_CLOSED)
    source_open_days = _gauge(names.SOURCE_OPEN_DAYS)
    publication_seconds = _histogram(names.PUBLICATION_SECONDS)
    gaps_open = _gauge(names.GAPS_OPEN)
    conflicts = _counter(names.CONFLICTS)
    marker_jumps = _counter(names.MARKER_JUMPS)
    ledgers = _counter(names.LEDGERS)
    snapshots = _counter(names.SNAPSHOTS)
    notifications = _counter(names.NOTIFICATIONS)
    notifications_waiting = _gauge(names.NOTIFICATIONS_WAITING)


METRICS = _Metrics()
