"""The dashboard of the programme: exports, triggers, notifications, and how complete they are."""

from console.monitoring.grafana import Choice, Dashboard, Kind, Panel, Query, Row
from contracts import metrics as m

# Every instance of export metrics shows the whole picture: the largest is the most recent.
_BY_GROUP = f"max by (year, product_group) ({m.EXPORTS_FOB.name})"
_GROUPS = f'max by (product_group) ({m.EXPORTS_FOB.name}{{year="$year"}})'
_PARTNERS = f'max by (partner) ({m.EXPORTS_FOB_PARTNER.name}{{year="$year"}})'
_TRIGGERS = f"max by (rule, state) ({m.RISK_TRIGGERS.name})"
_DAY = "time:YYYY-MM-DD"
"""A moment of a day, in milliseconds; one second before its end lies in the day itself."""

_EXPORTS = Row(
    "Exports (FOB value in MAD; exact figures: zarbia stats)",
    (
        Panel(
            "Value of the years",
            Kind.NUMBER,
            (Query(f"sum by (year) ({_BY_GROUP})", "{{year}}"),),
            "As now known, all product groups together.",
            width=24,
            height=4,
        ),
        Panel(
            "By product group, $year",
            Kind.BARS,
            (Query(f"sort_desc({_GROUPS})", "{{product_group}}"),),
            width=8,
            height=12,
        ),
        Panel(
            "By partner, $year",
            Kind.BARS,
            (Query(f"sort_desc({_PARTNERS})", "{{partner}}"),),
            "The ten largest partners of the years shown; `other` is all the rest.",
            width=8,
            height=12,
        ),
        Panel(
            "Share of partners, $year",
            Kind.BARS,
            (Query(f"sort_desc({_PARTNERS} / scalar(sum({_PARTNERS})))", "{{partner}}"),),
            unit="percentunit",
            decimals=1,
            width=8,
            height=12,
        ),
        Panel(
            "Value as it becomes known",
            Kind.LINES,
            (Query(f"sum by (year) ({_BY_GROUP})", "{{year}}"),),
            width=24,
        ),
    ),
)
_RISK = Row(
    "Risk triggers",
    (
        Panel(
            "As they stand",
            Kind.BARS,
            (Query(f"sort_desc({_TRIGGERS})", "{{rule}}: {{state}}"),),
        ),
        Panel(
            "Over time",
            Kind.LINES,
            (Query(_TRIGGERS, "{{rule}}: {{state}}"),),
            width=16,
        ),
    ),
)
_NOTIFICATIONS = Row(
    "Notifications",
    (
        Panel(
            "In the last hour, by language",
            Kind.BARS,
            (
                Query(
                    f"sort_desc(sum by (outcome, language) (increase({m.NOTIFICATIONS.name}[1h])))",
                    "{{outcome}} ({{language}})",
                ),
            ),
            decimals=0,
        ),
        Panel(
            "Each second, by outcome",
            Kind.LINES,
            (Query(f"sum by (outcome) (rate({m.NOTIFICATIONS.name}[5m]))", "{{outcome}}"),),
            unit="ops",
        ),
        Panel(
            "Waiting",
            Kind.LINES,
            (Query(f"sum({m.NOTIFICATIONS_WAITING.name})", "waiting"),),
            alarm=100,
        ),
    ),
)
_COMPLETENESS = Row(
    "Completeness",
    (
        Panel(
            "Figures published to",
            Kind.NUMBER,
            (Query(f"(max({m.EXPORTS_CLOSED.name}) - 1) * 1000", "figures"),),
            "The last day that every partition has published; later figures are flash.",
            unit=_DAY,
            width=4,
        ),
        Panel(
            "Decided for the nation to",
            Kind.NUMBER,
            (Query(f"(max by (subject) ({m.NATIONAL_CLOSED.name}) - 1) * 1000", "{{subject}}"),),
            "Distinct exporters when shipments closed the day, exposure when all sources did.",
            unit=_DAY,
            width=6,
        ),
        Panel(
            "Sources have spoken to",
            Kind.NUMBER,
            (Query(f"(min by (topic) ({m.SOURCE_CLOSED.name}) - 1) * 1000", "{{topic}}"),),
            "The last day that the source has closed in all its partitions.",
            unit=_DAY,
            width=8,
        ),
        Panel(
            "Open days",
            Kind.BARS,
            (Query(f"max by (topic) ({m.SOURCE_OPEN_DAYS.name})", "{{topic}}"),),
            "Days that another source has closed and this one has not.",
            unit="d",
            warn=1,
            alarm=2,
            width=6,
        ),
    ),
)

PROGRAMME = Dashboard(
    "zarbia-programme",
    "Zarbia: the programme",
    "Exports by year, product group and partner; risk triggers; notifications; completeness.",
    (_EXPORTS, _RISK, _NOTIFICATIONS, _COMPLETENESS),
    (Choice("year", "Year", f"label_values({m.EXPORTS_FOB.name}, year)"),),
)
