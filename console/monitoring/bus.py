"""The dashboard of the bus: from commands to outputs, and whatever keeps an event from its way."""

from console.monitoring.grafana import Dashboard, Kind, Panel, Query, Row
from contracts import metrics as m

_RATE = "[1m]"


def _rate(metric: m.Metric, by: str, legend: str) -> tuple[Query, ...]:
    return (Query(f"sum by ({by}) (rate({metric.name}{_RATE}))", legend),)


def _quantiles(metric: m.Metric) -> tuple[Query, ...]:
    rate = f"sum by (service, le) (rate({metric.name}_bucket[5m]))"
    return tuple(
        Query(f"histogram_quantile({share}, {rate})", f"{{{{service}}}} {name}")
        for share, name in ((0.5, "p50"), (0.99, "p99"))
    )


_HEALTH = Row(
    "Health",
    (
        Panel(
            "Services that answer",
            Kind.NUMBER,
            (Query('up{job="zarbia"}', "{{instance}}"),),
            "1: Prometheus gets metrics from it; 0: it does not.",
            width=12,
            height=5,
        ),
        Panel(
            "Alerts",
            Kind.TABLE,
            (Query('ALERTS{alertstate="firing"}'),),
            "docs/runbook.md says what to do for each.",
            width=12,
            height=5,
        ),
    ),
)
_COMMANDS = Row(
    "Commands",
    (
        Panel(
            "Commands by outcome",
            Kind.LINES,
            _rate(m.COMMANDS, "service, outcome", "{{service}}: {{outcome}}"),
            unit="ops",
            stacked=True,
        ),
        Panel(
            "Requests by status",
            Kind.LINES,
            (
                Query(
                    f"sum by (service, status) (rate({m.REQUEST_SECONDS.name}_count{_RATE}))",
                    "{{service}}: {{status}}",
                ),
            ),
            unit="ops",
            stacked=True,
        ),
        Panel("Time to answer", Kind.LINES, _quantiles(m.REQUEST_SECONDS), unit="s"),
    ),
)
_OUTBOX = Row(
    "Outbox and days",
    (
        Panel(
            "Events published",
            Kind.LINES,
            _rate(m.EVENTS_PUBLISHED, "service, type", "{{type}}"),
            unit="ops",
            stacked=True,
        ),
        Panel(
            "Aggregates waiting for the relay",
            Kind.LINES,
            (Query(f"max by (service) ({m.OUTBOX_WAITING.name})", "{{service}}"),),
        ),
        Panel(
            "Age of the oldest event waiting",
            Kind.LINES,
            (Query(f"max by (service) ({m.OUTBOX_OLDEST.name})", "{{service}}"),),
            unit="s",
            alarm=60,
        ),
        Panel(
            "Instances that lead the relay",
            Kind.NUMBER,
            (Query(f"sum by (service) ({m.RELAY_LEADER.name})", "{{service}}"),),
            "One of each service; two for a moment after one hung, none: nothing is published.",
            width=12,
            height=5,
        ),
        Panel(
            "Days closed to",
            Kind.NUMBER,
            (Query(f"(max by (topic) ({m.DAY_CLOSED.name}) - 1) * 1000", "{{topic}}"),),
            unit="time:YYYY-MM-DD",
            width=12,
            height=5,
        ),
    ),
)
_READERS = Row(
    "Readers",
    (
        Panel(
            "Records read",
            Kind.LINES,
            _rate(m.RECORDS_READ, "service, topic, outcome", "{{service}} {{topic}}: {{outcome}}"),
            unit="ops",
        ),
        Panel(
            "Lag",
            Kind.LINES,
            (Query(f"max by (service, topic) ({m.LAG_SECONDS.name})", "{{service}} {{topic}}"),),
            "From the last record handled to the newest fetched, by their timestamps.",
            unit="s",
            alarm=300,
        ),
        Panel(
            "Lag in records",
            Kind.LINES,
            (Query(f"sum by (service, topic) ({m.LAG_RECORDS.name})", "{{service}} {{topic}}"),),
        ),
        Panel(
            "Put aside in the last hour",
            Kind.BARS,
            (
                Query(
                    "sort_desc(sum by (service, topic, reason) "
                    f"(increase({m.QUARANTINED.name}[1h])) > 0)",
                    "{{service}} {{topic}}: {{reason}}",
                ),
            ),
            decimals=0,
            warn=1,
        ),
        Panel(
            "Held keys and events in gaps",
            Kind.LINES,
            (
                Query(f"sum by (service, topic) ({m.HELD_KEYS.name})", "held: {{topic}}"),
                Query(f"sum by (service) ({m.GAPS_OPEN.name})", "gaps: {{service}}"),
            ),
        ),
        Panel(
            "Partitions by role of their generation",
            Kind.LINES,
            (
                Query(
                    f"sum by (service, role) ({m.PARTITIONS_FOLDED.name}) > 0",
                    "{{service}}: {{role}}",
                ),
            ),
        ),
        Panel(
            "Must be zero",
            Kind.NUMBER,
            (
                Query(f"sum({m.PARTITIONS_STOPPED.name})", "partitions stopped"),
                Query(f"sum({m.CONFLICTS.name}) or vector(0)", "conflicts"),
                Query(f"sum({m.MARKER_JUMPS.name}) or vector(0)", "marker jumps"),
            ),
            alarm=1,
        ),
    ),
)
_OUTPUTS = Row(
    "Outputs",
    (
        Panel(
            "Time of a publication",
            Kind.LINES,
            _quantiles(m.PUBLICATION_SECONDS),
            unit="s",
            alarm=1,
        ),
        Panel(
            "Publications",
            Kind.LINES,
            (
                Query(
                    f"sum by (service) (rate({m.PUBLICATION_SECONDS.name}_count{_RATE}))",
                    "{{service}}",
                ),
            ),
            unit="ops",
        ),
        Panel(
            "Ledgers opened and snapshots in the last hour",
            Kind.BARS,
            (
                Query(
                    f"sum by (service, outcome) (increase({m.LEDGERS.name}[1h])) > 0",
                    "{{service}}: ledger {{outcome}}",
                ),
                Query(
                    f"sum by (service, outcome) (increase({m.SNAPSHOTS.name}[1h])) > 0",
                    "{{service}}: snapshot {{outcome}}",
                ),
            ),
            decimals=0,
        ),
        Panel(
            "Open days by source",
            Kind.LINES,
            (Query(f"max by (topic) ({m.SOURCE_OPEN_DAYS.name})", "{{topic}}"),),
            unit="d",
            alarm=2,
        ),
    ),
)

BUS = Dashboard(
    "zarbia-bus",
    "Zarbia: the bus",
    "Commands, outboxes, readers, what is put aside or held, and publications.",
    (_HEALTH, _COMMANDS, _OUTBOX, _READERS, _OUTPUTS),
    since="now-1h",
)
