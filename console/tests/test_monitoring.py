"""Dashboards, rules and runbook say what the contract of metrics says, and agree."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from console.monitoring.__main__ import main
from console.monitoring.files import DASHBOARDS, dashboards, stale, write
from console.monitoring.grafana import COLUMNS, DATASOURCE
from console.monitoring.vocabulary import metrics_of, unknown_words
from contracts.metrics import METRICS, Kind
from contracts.topics import cursors, producer_cursors

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
RULES = yaml.safe_load((DEPLOY / "prometheus" / "rules.yml").read_text("utf-8"))
ALERTS: list[dict[str, Any]] = [rule for group in RULES["groups"] for rule in group["rules"]]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text("utf-8")
NAMES = [alert["alert"] for alert in ALERTS]


class Expression(NamedTuple):
    """An expression, where it stands, and the labels that the text beside it shows."""

    place: str
    expr: str
    shown: tuple[str, ...]


def expressions() -> Iterator[Expression]:
    for board in DASHBOARDS:
        for panel in board.panels:
            for query in panel.queries:
                shown = re.findall(r"{{(\w+)}}", query.legend)
                yield Expression(f"{board.uid}: {panel.title}", query.expr, tuple(shown))
    for alert in ALERTS:
        shown = re.findall(r"\$labels\.(\w+)", str(alert["annotations"]))
        yield Expression(alert["alert"], alert["expr"], tuple(shown))


@pytest.mark.parametrize("found", list(expressions()), ids=lambda found: found.place)
def test_every_metric_and_label_stands_in_the_contract(found: Expression) -> None:
    assert metrics_of(found.expr)
    assert unknown_words(found.expr, *found.shown) == []


@pytest.mark.parametrize(
    ("expr", "unknown"),
    [
        ("rate(zarbia_comands_total[5m])", ["zarbia_comands_total"]),
        ("zarbia_lag_seconds_bucket", ["zarbia_lag_seconds_bucket"]),
        ("zarbia_publication_seconds", ["zarbia_publication_seconds"]),
        ('zarbia_commands_total{outcom="x", service!="y"}', ["zarbia_commands_total{outcom}"]),
        (
            'zarbia_commands_total{topic=~"x"} + zarbia_lag_seconds',
            ["zarbia_commands_total{topic}"],
        ),
        ("sum by (service, topik) (zarbia_lag_seconds)", ["topik"]),
        ('sum by (service) (up{job="zarbia_nothing"})', ["service"]),
    ],
)
def test_what_the_contract_does_not_have_is_found(expr: str, unknown: list[str]) -> None:
    assert unknown_words(expr) == unknown


def test_a_label_that_a_text_shows_must_be_there() -> None:
    assert unknown_words("zarbia_lag_seconds", "service", "reason") == ["reason"]


def test_every_metric_is_looked_at_somewhere() -> None:
    named = {name for found in expressions() for name in metrics_of(found.expr)}
    ends = ("_bucket", "_count", "_sum")
    bare = {name.removesuffix(next((e for e in ends if name.endswith(e)), "")) for name in named}
    assert [metric.name for metric in METRICS if metric.name not in named | bare] == []


def test_names_follow_prometheus() -> None:
    for metric in METRICS:
        assert re.fullmatch(r"zarbia_[a-z0-9_]+", metric.name)
        assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
        assert (metric.buckets != ()) == (metric.kind is Kind.HISTOGRAM)
        assert metric.help.endswith(".")


def test_an_alert_says_what_it_is_and_where_to_read_on() -> None:
    sections = re.findall(
        r"^## (\w+)$", (ROOT / "docs/runbook.md").read_text("utf-8"), re.MULTILINE
    )

    assert sections == NAMES
    for alert in ALERTS:
        assert alert["labels"].keys() == {"severity"}
        assert alert["labels"]["severity"] in {"page", "ticket"}
        assert alert["annotations"].keys() == {"summary", "description", "runbook"}
        assert alert["annotations"]["runbook"] == f"docs/runbook.md#{alert['alert'].lower()}"


def test_a_section_of_the_runbook_says_what_it_means_where_to_look_and_what_to_do() -> None:
    anchors = {f"#{name.lower()}" for name in NAMES}

    for section in RUNBOOK.split("\n## ")[1:]:
        assert re.findall(r"^\*\*(\w+)\.\*\*", section, re.MULTILINE) == ["Means", "Look", "Do"]
    assert set(re.findall(r"\((#\w+)\)", RUNBOOK)) <= anchors


def test_each_fold_has_as_many_partitions_as_the_alert_says() -> None:
    (alert,) = (each for each in ALERTS if each["alert"] == "NobodyInCharge")
    said = int(alert["expr"].rpartition("< ")[2])

    assert {cursors(1).partitions, producer_cursors(1).partitions} == {said}


def test_every_alert_is_tested_firing_and_quiet() -> None:
    tests = yaml.safe_load((DEPLOY / "prometheus/rules_test.yml").read_text("utf-8"))["tests"]
    expected = [f"{name} {what}" for name in NAMES for what in ("fires", "stays quiet")]

    names = [test["name"].partition(" where ")[0] for test in tests]
    assert list(dict.fromkeys(names)) == expected, "one of each at least"
    for name, test in zip(names, tests, strict=True):
        cases = test["alert_rule_test"]
        assert {case["alertname"] for case in cases} == {name.split()[0]}
        assert any(case["exp_alerts"] for case in cases) == name.endswith("fires")


def test_the_dashboards_that_lie_there_are_those_that_are_generated() -> None:
    assert stale(dashboards()) == []
    assert main(["--check"]) == 0


def test_stale_missing_and_foreign_dashboards_are_found_and_put_right(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("old")
    (tmp_path / "foreign.json").write_text("{}")

    assert write({"a.json": "new", "b.json": "b"}, tmp_path) == ["a.json", "b.json", "foreign.json"]
    assert stale({"a.json": "new", "b.json": "b"}, tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "b.json"]


@pytest.mark.parametrize("board", DASHBOARDS, ids=lambda board: board.uid)
def test_panels_lie_side_by_side_and_never_on_each_other(board: Any) -> None:
    model = json.loads(dashboards()[f"{board.uid}.json"])
    taken: set[tuple[int, int]] = set()
    for panel in model["panels"]:
        place = panel["gridPos"]
        cells = {
            (place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])
        }
        assert place["x"] + place["w"] <= COLUMNS
        assert not cells & taken
        taken |= cells
    ids = [panel["id"] for panel in model["panels"]]
    assert len(set(ids)) == len(ids)


def test_the_data_source_of_the_dashboards_is_provisioned() -> None:
    (path,) = (DEPLOY / "grafana/provisioning/datasources").glob("*.yml")
    (source,) = yaml.safe_load(path.read_text("utf-8"))["datasources"]

    assert {"type": source["type"], "uid": source["uid"]} == DATASOURCE
