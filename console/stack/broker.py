"""Apache Kafka as one process on loopback: broker and controller in KRaft mode."""

import base64
import secrets
import subprocess
from pathlib import Path

from console.stack.errors import StackError
from console.stack.java import java_command
from console.stack.pins import classpath

HEAP = "512m"
FOREVER = 2**63 - 1
MINUTES_OF_TEN_YEARS = 10 * 366 * 24 * 60


def server_properties(folder: Path, port: int, controller_port: int) -> str:
    """The broker's configuration; its log lies in `folder / "log"`."""
    listeners = f"PLAINTEXT://127.0.0.1:{port}"
    settings: dict[str, object] = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"{listeners},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": listeners,
        "log.dirs": folder / "log",
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": 0,
        # A driven clock may stamp records far from the machine's time, and a stack that was down
        # for a season must still find its place.
        "log.message.timestamp.after.max.ms": FOREVER,
        "offsets.retention.minutes": MINUTES_OF_TEN_YEARS,
        # After a hard kill the controller, in the same process, takes the broker back only when the
        # session of the one before has run out: 9 s by default.
        "broker.session.timeout.ms": 3000,
        "broker.heartbeat.interval.ms": 500,
        "default.replication.factor": 1,
        "min.insync.replicas": 1,
    }
    for topic in ("offsets.topic", "transaction.state.log", "share.coordinator.state.topic"):
        settings[f"{topic}.replication.factor"] = 1
        settings[f"{topic}.num.partitions"] = 4
    for topic in ("transaction.state.log", "share.coordinator.state.topic"):
        settings[f"{topic}.min.isr"] = 1
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def prepare(folder: Path, port: int, controller_port: int) -> list[str]:
    """Write the configuration, format the storage the first time, and return the start command.

    Raises StackError when the storage cannot be formatted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    properties = folder / "server.properties"
    properties.write_text(server_properties(folder, port, controller_port), encoding="utf-8")
    if not (folder / "log" / "meta.properties").exists():
        _format(properties)
    return _kafka(folder, "kafka.Kafka", str(properties))


def _format(properties: Path) -> None:
    cluster_id = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
    # An id that starts with a dash would be taken for an option.
    cluster_id = "Z" + cluster_id[1:]
    storage_tool = ["kafka.tools.StorageTool", "format", "--ignore-formatted", "-t", cluster_id]
    command = _kafka(properties.parent, *storage_tool, "-c", str(properties))
    result = subprocess.run(  # noqa: S603 - a command of our own
        command,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,  # so that Ctrl-C leaves it whole; it takes a second
    )
    if result.returncode:
        lines = (result.stderr.strip() or result.stdout.strip()).splitlines()
        reason = lines[-1] if lines else f"exit code {result.returncode}"
        raise StackError(f"Kafka could not format its storage in {properties.parent}: {reason}")


def _kafka(folder: Path, *program: str) -> list[str]:
    return java_command(folder / "java.options", classpath("kafka"), HEAP, *program)
