"""An instance of the service as a process, and what can be done to it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.group import LeaveGroupRequest

from contracts.topics import EXPORTS_SHIPMENTS
from tests.faults.adapter import SERVICE, VARIABLE

PATIENCE_SECONDS = 180.0
_CLIENT = httpx.Client(timeout=2, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
"""One for all that is asked: making one reads the certificates of the world."""


@dataclass
class Instance:
    """`data` is the folder of its ledgers; what it logs lies in `service.log` there.

    `environment` is added to what every instance is told, `prefix` runs before its command.
    """

    kafka: str
    data: Path
    port: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    prefix: Sequence[str] = ()
    module: str = "services.export_metrics"
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self, failpoint: str = "") -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "service.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, sys.executable, "-m", self.module],
                env=os.environ
                | {
                    "ZARBIA_KAFKA": self.kafka,
                    "ZARBIA_DATA": str(self.data),
                    "ZARBIA_HTTP_PORT": str(self.port),
                    "ZARBIA_LOG_LEVEL": "WARNING",
                    VARIABLE: failpoint,
                }
                | dict(self.environment),
                stdout=log,
                stderr=log,
            )

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the process and wait until it has; nothing where none runs."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=PATIENCE_SECONDS)
            self.process = None

    async def died(self) -> int:
        """Wait for the process to end by itself; returns its exit code."""
        assert self.process is not None
        await until(lambda: self.process is None or self.process.poll() is not None)
        code, self.process = self.process.returncode, None
        return code

    def status(self) -> dict[str, Any]:
        """What it says of itself; empty while it does not answer."""
        try:
            response = _CLIENT.get(f"http://127.0.0.1:{self.port}/v1/status")
        except httpx.TransportError:
            return {}
        answer: dict[str, Any] = response.json() if response.is_success else {}
        return answer


async def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.05)


def published(*instances: Instance) -> int:
    """How many partitions these fold and publish."""
    return sum(
        partition["publishing"] == "ok"
        for instance in instances
        for partition in instance.status().get("partitions", [])
    )


async def ended(*instances: Instance) -> None:
    """Wait until these publish all partitions, and have them end: what they had to say is said."""
    await until(lambda: published(*instances) == EXPORTS_SHIPMENTS.partitions)
    for instance in instances:
        instance.end()


@asynccontextmanager
async def ending(*instances: Instance) -> AsyncIterator[None]:
    """Whatever happens in the block, no process is left."""
    try:
        yield
    finally:
        for instance in instances:
            instance.end(signal.SIGKILL)


async def forget_members(url: str) -> None:
    """Take all members out of the group, as their sessions' end would: the dead do not leave."""
    admin = AIOKafkaAdminClient(bootstrap_servers=url)
    await admin.start()
    try:
        node = await admin.find_coordinator(SERVICE)
        described = await admin.describe_consumer_groups([SERVICE], node)
        for _, _, _, _, _, members, *_ in described[0].groups:
            for member in members:
                await admin._send_request(LeaveGroupRequest(SERVICE, member[0]), node)
    finally:
        await admin.close()
