"""docker-compose.yml, checked without starting it: no container engine is needed."""

import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from console.stack.jars import KAFKA_VERSION
from console.stack.plan import SERVICES as PLANNED
from console.stack.ports import DEFAULT_BASE
from tests.containers import KAFKA_IMAGE, MONGO_IMAGE
from tests.deployment.files import COMPOSE, COMPOSE_FILE, OURS, ROOT, SERVICES, mapped

each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


def test_it_keeps_to_the_compose_specification() -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]

    done = subprocess.run([*check, COMPOSE_FILE], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_it_runs_every_service_where_the_stack_without_containers_has_it() -> None:
    deployed = {name: (ours["command"], ours["ports"]) for name, ours in OURS.items()}

    assert deployed == {
        service.name: ([service.module], [f"127.0.0.1:{DEFAULT_BASE + service.port_offset}:8000"])
        for service in PLANNED
    }


def test_broker_and_store_are_those_of_the_tests() -> None:
    assert SERVICES["kafka"]["image"] == KAFKA_IMAGE == f"apache/kafka:{KAFKA_VERSION}"
    assert SERVICES["mongo"]["image"] == MONGO_IMAGE


@each_service
def test_an_image_is_pinned(service: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z/]+:v?\d+\.\d+\.\d+", service["image"])


@each_service
def test_a_port_is_open_to_this_machine_alone(service: dict[str, Any]) -> None:
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_no_two_services_share_a_port() -> None:
    ports = [p.split(":")[1] for service in SERVICES.values() for p in service.get("ports", [])]

    assert len(ports) == len(set(ports))


@each_service
def test_a_service_may_do_no_more_than_it_must(service: dict[str, Any]) -> None:
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}
    assert service.get("read_only", False) == (service is not SERVICES["kafka"])


@each_service
def test_no_secret_stands_in_the_file(service: dict[str, Any]) -> None:
    names = service.get("environment", {})

    assert not [name for name in names if re.search("PASSWORD|SECRET|TOKEN|USER", name)]


@each_service
def test_what_is_mounted_is_there(service: dict[str, Any]) -> None:
    for outer, _ in map(mapped, service.get("volumes", [])):
        assert (ROOT / outer).exists() if outer.startswith("./") else outer in COMPOSE["volumes"]


def test_every_volume_is_used() -> None:
    used = {mapped(entry)[0] for one in SERVICES.values() for entry in one.get("volumes", [])}

    assert COMPOSE["volumes"].keys() <= used


@each_service
def test_what_is_waited_for_can_tell_that_it_is_healthy(service: dict[str, Any]) -> None:
    waited_for = service.get("depends_on", {})

    assert set(waited_for) <= SERVICES.keys()
    assert all("healthcheck" in SERVICES[name] for name in waited_for if name != "prometheus")


def test_prometheus_scrapes_each_service_and_tells_alertmanager() -> None:
    prometheus = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))
    scraped = _targets(prometheus["scrape_configs"])
    told = _targets(prometheus["alerting"]["alertmanagers"])

    assert sorted(scraped) == sorted(f"{name}:8000" for name in OURS)
    assert told == [f"alertmanager:{_inner_port('alertmanager')}"]


def test_grafana_asks_prometheus_and_finds_its_dashboards() -> None:
    mounts = {inner: ROOT / outer for outer, inner in map(mapped, SERVICES["grafana"]["volumes"])}
    provisioning = mounts["/etc/grafana/provisioning"]
    (sources,) = [yaml.safe_load(p.read_text("utf-8")) for p in provisioning.glob("datasources/*")]
    (boards,) = [yaml.safe_load(p.read_text("utf-8")) for p in provisioning.glob("dashboards/*")]

    assert [source["url"] for source in sources["datasources"]] == [
        f"http://prometheus:{_inner_port('prometheus')}"
    ]
    for provider in boards["providers"]:
        assert list(mounts[provider["options"]["path"]].glob("*.json"))


def _targets(entries: list[dict[str, Any]]) -> list[str]:
    return [
        target
        for entry in entries
        for static in entry["static_configs"]
        for target in static["targets"]
    ]


def _inner_port(service: str) -> str:
    (port,) = SERVICES[service]["ports"]
    return str(port).rpartition(":")[2]
