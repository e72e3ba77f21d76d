"""What operators see: a real Prometheus scrapes the platform, with the rules that are deployed."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from console.monitoring.files import DASHBOARDS
from console.monitoring.grafana import Dashboard
from console.stack.plan import SERVICES
from tests.journey.platform import Platform, wait_until
from tests.journey.prometheus import (
    DEPLOYED,
    NoPrometheusError,
    Prometheus,
    binaries,
    configuration,
    running_prometheus,
)
from tests.journey.test_from_command_to_figure import export, figures, register

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def programs() -> Path:
    try:
        return binaries()
    except NoPrometheusError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def prometheus(
    programs: Path, platform: Platform, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    targets = {name: urlsplit(url).netloc for name, url in platform.stack.services.items()}
    folder = tmp_path_factory.mktemp("prometheus")
    with running_prometheus(programs, folder, targets) as running:
        yield running


def eventually(prometheus: Prometheus, expr: str, value: float, within: float = 0) -> None:
    """Wait until an expression has a value, once the next scrapes have brought it."""

    found: float | None = None

    def is_so() -> bool:
        nonlocal found
        found = prometheus.value(expr)
        return found is not None and abs(found - value) <= within

    try:
        wait_until(is_so)
    except AssertionError:
        pytest.fail(f"{expr} is {found}, not {value}")


def promtool(programs: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [programs / "promtool", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "config", "prometheus.yml"),
        ("check", "rules", "rules.yml"),
        ("test", "rules", "rules_test.yml"),
    ],
    ids=" ".join,
)
def test_promtool_is_content(programs: Path, arguments: tuple[str, str, str]) -> None:
    done = promtool(programs, *arguments[:2], DEPLOYED / arguments[2])

    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS" in done.stdout


def test_promtool_notices_a_rule_that_fires_no_more(programs: Path, tmp_path: Path) -> None:
    shutil.copy(DEPLOYED / "rules_test.yml", tmp_path)
    rules = (DEPLOYED / "rules.yml").read_text("utf-8")
    (tmp_path / "rules.yml").write_text(rules.replace("zarbia_held_keys) > 0", "up) > 99"))

    done = promtool(programs, "test", "rules", tmp_path / "rules_test.yml")

    assert done.returncode == 1
    assert "KeysHeld" in done.stdout + done.stderr


def test_every_service_of_the_stack_is_a_target_of_the_deployment() -> None:
    deployed = yaml.safe_load((DEPLOYED / "prometheus.yml").read_text("utf-8"))
    (job,) = deployed["scrape_configs"]
    (static,) = job["static_configs"]

    assert static["targets"] == [f"{service.name}:8000" for service in SERVICES]


def test_a_configuration_for_tests_keeps_rules_and_job() -> None:
    config = configuration({"orders": "127.0.0.1:1"})

    assert config["rule_files"] == [str(DEPLOYED / "rules.yml")]
    assert config["scrape_configs"] == [
        {"job_name": "zarbia", "static_configs": [{"targets": ["127.0.0.1:1"]}]}
    ]


def test_every_service_is_scraped(platform: Platform, prometheus: Prometheus) -> None:
    services = {urlsplit(url).netloc for url in platform.stack.services.values()}

    eventually(prometheus, 'sum(up{job="zarbia"})', len(services))

    targets = prometheus.get("targets")["activeTargets"]
    assert {target["labels"]["instance"] for target in targets} == services
    assert [target for target in targets if target["health"] != "up"] == []


DONE = 'sum(zarbia_commands_total{service="%s", command="%s", outcome="done_now"})'
PUBLISHED = 'sum(zarbia_events_published_total{service="%s", type=~".*%s.*"})'


def test_commands_and_events_are_counted(platform: Platform, prometheus: Prometheus) -> None:
    expected = [
        (DONE % ("registry", "RegisterProducer"), 2),
        (DONE % ("exports", "RecordExport"), 3),
        (PUBLISHED % ("registry", "ProducerRegistered"), 2),
        (PUBLISHED % ("exports", "ShipmentExported"), 3),
        ('sum(zarbia_http_request_seconds_count{route="/v1/shipments", status="201"})', 3),
    ]
    # Counted before the first scrape sees them, other tests of this run are in here.
    before = [_settled(prometheus, expr) for expr, _ in expected]

    producers = [register(platform, f"scraped-{number}") for number in range(2)]
    register(platform, "scraped-0")  # done before: it does not count again
    for number in range(3):
        export(platform, producers[0], f"PRM-{number}")

    for (expr, more), was in zip(expected, before, strict=True):
        eventually(prometheus, expr, was + more)
    assert prometheus.value(
        DONE.replace("done_now", "done_before") % ("registry", "RegisterProducer")
    )


def _settled(prometheus: Prometheus, expr: str) -> float:
    """The value once every service was scraped; none yet is zero."""
    eventually(prometheus, 'min(up{job="zarbia"})', 1)
    return prometheus.value(expr) or 0.0


def test_nothing_waits_and_nobody_is_behind(platform: Platform, prometheus: Prometheus) -> None:
    producer = register(platform, "caught-up")
    export(platform, producer, "PRM-LAG")
    wait_until(lambda: figures(platform, "month", "PRM-LAG") != [])

    for fold in ("export-metrics", "registry-metrics"):
        in_charge = f'zarbia_partitions_folded{{service="{fold}", role="in_charge"}}'
        eventually(prometheus, in_charge, 12)
        eventually(prometheus, f'sum(zarbia_partitions_folded{{service="{fold}"}})', 12)
    for gauge in ("outbox_waiting", "outbox_oldest_seconds", "lag_records", "lag_seconds"):
        eventually(prometheus, f"sum(zarbia_{gauge})", 0)
    readers = {
        (labels["service"], labels["topic"])
        for labels, _ in prometheus.series("zarbia_lag_seconds")
    }
    assert ("exports", "registry.producers.v1") in readers
    assert ("export-metrics", "exports.shipments.v1") in readers
    waiting = {labels["service"] for labels, _ in prometheus.series("zarbia_outbox_oldest_seconds")}
    assert {"registry", "orders", "exports"} <= waiting
    assert prometheus.value('zarbia_relay_leader{service="exports"}') == 1


def test_the_picture_and_the_closed_days_are_shown(
    platform: Platform, prometheus: Prometheus
) -> None:
    producer = register(platform, "shown")
    export(platform, producer, "PRM-SHOWN")
    wait_until(lambda: figures(platform, "month", "PRM-SHOWN") != [])
    total, _ = platform.total()

    for metric in ("zarbia_exports_fob_mad", "zarbia_exports_fob_partner_mad"):
        eventually(prometheus, f"sum({metric})", float(total), within=0.01)
    (closed,) = prometheus.series('zarbia_day_closed_timestamp_seconds{service="exports"}')
    (spoken,) = prometheus.series(
        'zarbia_source_closed_timestamp_seconds{topic="exports.shipments.v1"}'
    )
    assert closed[1] == spoken[1] == prometheus.value("zarbia_exports_closed_timestamp_seconds")
    assert prometheus.value('zarbia_source_open_days{topic="exports.shipments.v1"}') == 0
    for gauge in ("source_open_days", "held_keys"):
        topics = {labels["topic"] for labels, _ in prometheus.series(f"zarbia_{gauge}")}
        assert {"exports.shipments.v1", "orders.orders.v1"} <= topics


def test_the_rules_can_be_evaluated(prometheus: Prometheus) -> None:
    def rules() -> list[dict[str, str]]:
        return [rule for group in prometheus.get("rules")["groups"] for rule in group["rules"]]

    wait_until(lambda: all(rule["health"] != "unknown" for rule in rules()))

    assert [rule["lastError"] for rule in rules() if rule["health"] != "ok"] == []
    assert len(rules()) == (DEPLOYED / "rules.yml").read_text("utf-8").count("- alert:")


@pytest.mark.parametrize("board", DASHBOARDS, ids=lambda board: board.uid)
def test_prometheus_understands_every_query_of_the_dashboards(
    prometheus: Prometheus, board: Dashboard
) -> None:
    for panel in board.panels:
        for query in panel.queries:
            prometheus.get("query", query=query.expr.replace("$year", "2025"))
