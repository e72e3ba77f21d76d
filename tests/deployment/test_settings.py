"""What containers are told, and whether those inside understand it."""

import importlib
import inspect
import os
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest
from testcontainers.core import container as testcontainers
from testcontainers.core.container import DockerContainer

from chassis.settings import Settings
from console.stack.java import java_command
from console.stack.pins import classpath
from console.stack.session import RunningStack
from tests import containers
from tests.deployment.files import OURS, ROOT, SERVICES, image_environment

BROKERS = {
    "compose": SERVICES["kafka"]["environment"],
    "testcontainers": containers.broker_environment(9092),
}


@pytest.mark.parametrize("name", OURS)
def test_a_service_understands_its_settings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = image_environment() | OURS[name]["environment"]
    told = {key: value for key, value in environment.items() if key.startswith("ZARBIA_")}
    for key in [key for key in os.environ if key.startswith("ZARBIA_")]:
        monkeypatch.delenv(key)
    for key, value in told.items():
        monkeypatch.setenv(key, value.replace("${ZARBIA_LOG_LEVEL:-INFO}", "INFO"))

    settings = _settings_type(name)()

    assert {f"ZARBIA_{field.upper()}" for field in settings.model_fields_set} == told.keys()
    assert (settings.http_host, settings.http_port) == ("0.0.0.0", 8000)  # noqa: S104 - in its container
    assert (settings.kafka, settings.mongo) == ("kafka:9092", "mongodb://mongo:27017")


def test_the_example_of_mail_settings_names_settings() -> None:
    lines = (ROOT / "deploy/notifications.env.example").read_text(encoding="utf-8").splitlines()
    named = {line.lstrip("#").partition("=")[0] for line in lines if "=" in line}
    settings = _settings_type("notifications")

    assert named <= {f"ZARBIA_{field.upper()}" for field in settings.model_fields}


@pytest.mark.integration
@pytest.mark.parametrize("told_by", BROKERS)
def test_the_broker_understands_its_settings(
    told_by: str, embedded_stack: RunningStack, tmp_path: Path
) -> None:
    """The image's own program, which is among the broker's jars, makes its configuration."""
    for folder in ("defaults", "mounted", "final"):
        (tmp_path / folder).mkdir()
    command = java_command(
        tmp_path / "java.options",
        classpath("kafka"),
        "256m",
        "kafka.docker.KafkaDockerWrapper",
        "setup",
        *("--default-configs-dir", str(tmp_path / "defaults")),
        *("--mounted-configs-dir", str(tmp_path / "mounted")),
        *("--final-configs-dir", str(tmp_path / "final")),
    )
    told = {"CLUSTER_ID": "5L6g3nShT-eMCtK--X86sw"} | BROKERS[told_by]
    data = tmp_path / "data"

    done = subprocess.run(
        command,
        env=os.environ | told | {"KAFKA_LOG_DIRS": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"cluster.id={told['CLUSTER_ID']}" in (data / "meta.properties").read_text("utf-8")
    configuration = (tmp_path / "final" / "server.properties").read_text("utf-8")
    assert "auto.create.topics.enable=false" in configuration.splitlines()


def test_the_containers_of_the_tests_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[DockerContainer] = []

    def start(container: DockerContainer) -> DockerContainer:
        running.append(container)
        return container

    def stop(container: DockerContainer) -> None:
        running.remove(container)

    monkeypatch.setattr(testcontainers, "DockerClient", lambda: None)
    monkeypatch.setattr(DockerContainer, "start", start)
    monkeypatch.setattr(DockerContainer, "stop", stop)
    monkeypatch.setattr(DockerContainer, "get_container_host_ip", lambda _: "localhost")
    monkeypatch.setattr(DockerContainer, "get_exposed_port", lambda _, port: port + 1)
    monkeypatch.setattr(containers, "broker_answers", lambda _: True)
    monkeypatch.setattr(containers, "store_answers", lambda _: True)

    with ExitStack() as stack:
        kafka, mongo = containers.broker_container(stack), containers.store_container(stack)
        broker, store = running

    port = int(kafka.removeprefix("localhost:"))
    assert (broker.image, broker.ports) == (containers.KAFKA_IMAGE, {"9092": port})
    assert broker.env == containers.broker_environment(port)
    assert (store.image, mongo) == (containers.MONGO_IMAGE, "mongodb://localhost:27018")
    assert running == []


def _settings_type(service: str) -> type[Settings]:
    module = importlib.import_module(f"services.{service}.settings")
    (own,) = [
        found
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, Settings) and found.__module__ == module.__name__
    ]
    return own
