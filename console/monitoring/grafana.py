"""The few things of Grafana's dashboard model that the dashboards use."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

COLUMNS = 24
DATASOURCE = {"type": "prometheus", "uid": "zarbia-prometheus"}
"""Its uid stands in deploy/grafana/provisioning/datasources."""
SCHEMA_VERSION = 39
GREEN, ORANGE, RED = "green", "orange", "red"

Json = dict[str, Any]


class Kind(StrEnum):
    LINES = "timeseries"
    NUMBER = "stat"
    BARS = "bargauge"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Query:
    """A PromQL expression; `legend` may hold `{{label}}`."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture of `width` of 24 columns. Above `warn` it turns orange, from `alarm` on red."""

    title: str
    kind: Kind
    queries: tuple[Query, ...]
    about: str = ""
    unit: str = "short"
    decimals: int | None = None
    width: int = 8
    height: int = 8
    warn: float | None = None
    alarm: float | None = None
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A heading with the panels under it, from left to right."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that the reader chooses: `$name` in an expression. `query` gives what there is."""

    name: str
    label: str
    query: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    uid: str
    title: str
    about: str
    rows: tuple[Row, ...]
    choices: tuple[Choice, ...] = ()
    since: str = "now-6h"

    @property
    def panels(self) -> tuple[Panel, ...]:
        return tuple(panel for row in self.rows for panel in row.panels)

    def model(self) -> Json:
        """The dashboard as Grafana reads it from a file."""
        return {
            "uid": self.uid,
            "title": self.title,
            "description": self.about,
            "tags": ["zarbia"],
            "schemaVersion": SCHEMA_VERSION,
            "timezone": "Africa/Casablanca",
            "time": {"from": self.since, "to": "now"},
            "refresh": "10s",
            "editable": False,
            "graphTooltip": 1,
            "templating": {"list": [_choice(choice) for choice in self.choices]},
            "panels": _laid_out(self.rows),
        }


def _laid_out(rows: Sequence[Row]) -> list[Json]:
    """Panels from left to right, on a new line where they do not fit any more."""
    placed: list[Json] = []
    top = 0
    for row in rows:
        place = {"x": 0, "y": top, "w": COLUMNS, "h": 1}
        placed.append(
            {"id": len(placed) + 1, "type": "row", "title": row.title, "gridPos": place}
            | {"collapsed": False, "panels": []}
        )
        left, top, lowest = 0, top + 1, top + 1
        for panel in row.panels:
            if left + panel.width > COLUMNS:
                left, top = 0, lowest
            place = {"x": left, "y": top, "w": panel.width, "h": panel.height}
            placed.append({"id": len(placed) + 1, "gridPos": place} | _panel(panel))
            left, lowest = left + panel.width, max(lowest, top + panel.height)
        top = lowest
    return placed


def _panel(panel: Panel) -> Json:
    instant = panel.kind is not Kind.LINES
    return {
        "type": panel.kind.value,
        "title": panel.title,
        "description": panel.about,
        "datasource": DATASOURCE,
        "targets": [_target(query, n, panel.kind) for n, query in enumerate(panel.queries)],
        "fieldConfig": {"defaults": _field(panel), "overrides": []},
        "options": _options(panel.kind),
        **({} if instant else {"interval": "5s"}),
    }


def _target(query: Query, number: int, kind: Kind) -> Json:
    instant = kind is not Kind.LINES
    return {
        "refId": chr(ord("A") + number),
        "datasource": DATASOURCE,
        "expr": query.expr,
        "legendFormat": query.legend or "__auto",
        "instant": instant,
        "range": not instant,
        "format": "table" if kind is Kind.TABLE else "time_series",
    }


def _field(panel: Panel) -> Json:
    steps: list[Json] = [{"color": GREEN, "value": None}]
    if panel.warn is not None:
        steps.append({"color": ORANGE, "value": panel.warn})
    if panel.alarm is not None:
        steps.append({"color": RED, "value": panel.alarm})
    field: Json = {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}}
    if panel.decimals is not None:
        field["decimals"] = panel.decimals
    if panel.kind is Kind.LINES:
        field["min"] = 0
        field["custom"] = {
            "fillOpacity": 20 if panel.stacked else 0,
            "stacking": {"mode": "normal" if panel.stacked else "none"},
            "thresholdsStyle": {"mode": "off" if len(steps) == 1 else "dashed"},
        }
    return field


def _options(kind: Kind) -> Json:
    newest = {"calcs": ["lastNotNull"], "fields": "", "values": False}
    match kind:
        case Kind.LINES:
            legend = {"displayMode": "list", "placement": "bottom", "showLegend": True}
            return {"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}}
        case Kind.NUMBER:
            return {"reduceOptions": newest, "colorMode": "value", "textMode": "auto"}
        case Kind.BARS:
            bars = {"orientation": "horizontal", "displayMode": "basic", "valueMode": "color"}
            return {"reduceOptions": newest, "minVizHeight": 12, **bars}
        case Kind.TABLE:
            return {"showHeader": True}


def _choice(choice: Choice) -> Json:
    return {
        "type": "query",
        "name": choice.name,
        "label": choice.label,
        "datasource": DATASOURCE,
        "query": {"query": choice.query, "refId": choice.name},
        "definition": choice.query,
        "refresh": 2,
        "sort": 2,  # alphabetical, descending: the latest year first
        "multi": False,
        "includeAll": False,
    }
