"""What a stack consists of: each part's command, address and way to tell that it answers."""

import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from console.stack import broker, ports, probes
from console.stack.jars import KAFKA_VERSION, STORE_VERSION


class Service(NamedTuple):
    """A service of the stack: `python -m module`, listening on port base + `port_offset`."""

    name: str
    module: str
    port_offset: int


SERVICES = (
    Service("registry", "services.registry", 10),
    Service("orders", "services.orders", 11),
    Service("exports", "services.exports", 12),
    Service("export_metrics", "services.export_metrics", 13),
    Service("notifications", "services.notifications", 14),
    Service("insurance", "services.insurance", 15),
    Service("registry_metrics", "services.registry_metrics", 16),
)


@dataclass(frozen=True)
class Options:
    """What was asked for.

    `kafka` (`host:port`) and `mongo` (URL) name a broker and a store of one's own; the stack starts
    none then. `smtp` names the host of a mail server, whose other settings are in the environment;
    the stack starts no mailbox then. `clock` is `system`, `driven:<ISO instant>`, or None: as the
    folder says.
    """

    data: Path
    port_base: int = ports.DEFAULT_BASE
    services: Sequence[Service] = SERVICES
    clock: str | None = None
    kafka: str | None = field(default_factory=lambda: os.environ.get("ZARBIA_KAFKA") or None)
    mongo: str | None = field(default_factory=lambda: os.environ.get("ZARBIA_MONGO") or None)
    smtp: str | None = field(default_factory=lambda: os.environ.get("ZARBIA_SMTP_HOST") or None)

    @property
    def needs_jars(self) -> bool:
        """Whether the stack starts a broker or a store of its own."""
        return not (self.kafka and self.mongo)


@dataclass(frozen=True)
class Part:
    """One process of the stack.

    `command` does what must be done before a start and returns the command line. `complaint` is why
    it runs and is not ready, if it says so. The kernel sends `orphan_signal` when the supervisor is
    killed.
    """

    name: str
    address: str
    command: Callable[[], list[str]]
    answers: Callable[[], bool]
    ports: Sequence[tuple[int, str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    orphan_signal: int = signal.SIGKILL
    version: str = ""
    complaint: Callable[[], str] = lambda: ""


@dataclass(frozen=True)
class Plan:
    """All parts: the `backing` ones are up before the first of the `services` starts."""

    kafka: str
    mongo: str
    backing: Sequence[Part]
    services: Sequence[Part]


def make_plan(options: Options, data: Path, clock: str) -> Plan:
    """The parts of the stack that `options` ask for, in the data folder `data`."""
    backing = []
    if not options.mongo:
        backing.append(_store(options, data))
    if not options.kafka:
        backing.append(_broker(options, data))
    mail = {}
    if not options.smtp and any(service.name == "notifications" for service in options.services):
        backing.append(_mailbox(options, data))
        mail = {
            "ZARBIA_SMTP_HOST": "127.0.0.1",
            "ZARBIA_SMTP_PORT": str(options.port_base + ports.MAILBOX),
            "ZARBIA_SMTP_STARTTLS": "false",
        }
    kafka = options.kafka or _loopback(options, ports.BROKER)
    mongo = options.mongo or f"mongodb://{_loopback(options, ports.STORE)}"
    shared = {
        "PYTHONTZPATH": "",
        "PYTHONUNBUFFERED": "1",
        "ZARBIA_KAFKA": kafka,
        "ZARBIA_MONGO": mongo,
        "ZARBIA_DATA": str(data),
        "ZARBIA_CLOCK": clock,
        **mail,
    }
    services = [_service(service, options, shared) for service in options.services]
    return Plan(kafka, mongo, backing, services)


def _loopback(options: Options, offset: int) -> str:
    return f"127.0.0.1:{options.port_base + offset}"


def _broker(options: Options, data: Path) -> Part:
    port, controller = options.port_base + ports.BROKER, options.port_base + ports.CONTROLLER
    address = _loopback(options, ports.BROKER)
    return Part(
        name="broker",
        address=address,
        command=partial(broker.prepare, data / "kafka", port, controller),
        answers=partial(probes.broker_answers, address),
        ports=[(port, "the Kafka broker"), (controller, "the Kafka controller")],
        version=f"Apache Kafka {KAFKA_VERSION}",
    )


def _store(options: Options, data: Path) -> Part:
    port = options.port_base + ports.STORE
    address = f"mongodb://{_loopback(options, ports.STORE)}"
    path = str(data / "store" / "documents")
    command = [sys.executable, "-m", "console.stack.document_store"]
    return Part(
        name="store",
        address=address,
        command=lambda: [*command, "--path", path, "--port", str(port)],
        answers=partial(probes.store_answers, address),
        ports=[(port, "the document store")],
        # Asked to end, it writes what it has acknowledged in its last milliseconds.
        orphan_signal=signal.SIGTERM,
        version=f"mongo-java-server {STORE_VERSION}",
    )


def _mailbox(options: Options, data: Path) -> Part:
    port = options.port_base + ports.MAILBOX
    address = _loopback(options, ports.MAILBOX)
    command = [sys.executable, "-m", "console.mailbox", "--path", str(data / "mailbox")]
    return Part(
        name="mailbox",
        address=f"smtp://{address}",
        command=lambda: [*command, "--port", str(port)],
        answers=partial(probes.mailbox_answers, address),
        ports=[(port, "the mailbox")],
    )


def _service(service: Service, options: Options, shared: Mapping[str, str]) -> Part:
    port = options.port_base + service.port_offset
    url = f"http://{_loopback(options, service.port_offset)}"
    return Part(
        name=service.name,
        address=url,
        command=lambda: [sys.executable, "-m", service.module],
        answers=partial(probes.service_ready, url),
        ports=[(port, f"the service {service.name}")],
        environment={**shared, "ZARBIA_HTTP_PORT": str(port)},
        complaint=partial(probes.service_complaint, url),
    )
