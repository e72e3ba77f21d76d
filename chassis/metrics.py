"""The platform's metrics as objects to count with. What there is stands in contracts.metrics."""

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
    relay_leader = _gauge(names.RELAY_LEADER)
    day_closed = _gauge(names.DAY_CLOSED)
    records_read = _counter(names.RECORDS_READ)
    quarantined = _counter(names.QUARANTINED)
    partitions_stopped = _gauge(names.PARTITIONS_STOPPED)
    lag_records = _gauge(names.LAG_RECORDS)
    publication_seconds = _histogram(names.PUBLICATION_SECONDS)
    gaps_open = _gauge(names.GAPS_OPEN)
    conflicts = _counter(names.CONFLICTS)
    marker_jumps = _counter(names.MARKER_JUMPS)


METRICS = _Metrics()
