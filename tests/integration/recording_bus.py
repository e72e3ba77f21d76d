"""Two topics on a real broker that `zarbia record` and `zarbia replay` know."""

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from typer.testing import CliRunner, Result

from chassis.kafka import producer
from console.__main__ import app
from console.recording import Record, choice, read
from console.tail import names
from contracts.codec import to_kafka
from contracts.exports import ShipmentLost
from contracts.generate.examples import example_of
from contracts.topic import Topic
from contracts.topics import TOPICS
from tests.topics import new_topic

EVENT = to_kafka(example_of(ShipmentLost).envelope())
HARD_EXIT = 9
START_MS = 1_741_946_400_000  # 2025-03-14T10:00:00Z


@dataclass(frozen=True)
class Bus:
    """Two topics of three partitions that the commands know, alone."""

    kafka: str
    topics: tuple[Topic, Topic]
    folder: Path

    def zarbia(self, *arguments: object) -> Result:
        result = CliRunner().invoke(app, list(map(str, arguments)))
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        return result

    def record(self, to: str, *options: object) -> Path:
        path = self.folder / to
        result = self.zarbia("record", "all", "--to", path, *options)
        assert result.exit_code == 0, result.stderr
        return path

    def killed(self, place: str, after: int, *arguments: object) -> None:
        """The command in a process that ends hard when it has called `place` so often."""
        module, name = place.split(":")
        topics = ", ".join(f"Topic({t.name!r}, 'test', '', '', partitions=3)" for t in self.topics)
        script = f"""
import os
from console.recording import choice
from contracts.topic import Topic
import {module} as module
choice.TOPICS, choice.BY_GENERATION = ({topics},), ()
calls, whole = 0, module.{name}
def counted(*args, **kwargs):
    global calls
    calls += 1
    if calls > {after}:
        os._exit({HARD_EXIT})
    return whole(*args, **kwargs)
module.{name} = counted
from console.__main__ import main
main()
"""
        ended = subprocess.run([sys.executable, "-c", script, *map(str, arguments)], check=False)
        assert ended.returncode == HARD_EXIT


def new_bus(kafka: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Bus:
    """Of new topics; no stack runs beside it."""
    topics = new_topic(kafka, partitions=3), new_topic(kafka, partitions=3)
    monkeypatch.setattr(choice, "TOPICS", topics)
    monkeypatch.setattr(choice, "BY_GENERATION", ())  # of folds that other tests ran on the broker
    monkeypatch.setattr(names, "TOPICS", (*TOPICS, *topics))
    monkeypatch.setenv("ZARBIA_KAFKA", kafka)
    monkeypatch.setenv("ZARBIA_DATA", str(folder / "no-stack"))
    return Bus(kafka, topics, folder)


def write(bus: Bus, count: int = 60) -> None:
    """Events over all partitions, a second apart, with and without a little wrong."""
    odd: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]]]] = [
        (None, None, []),
        (b"\xff", b"\xff\n", [("ce_type", b"\xff"), ("ce_type", None), ("", b"")]),
        (b"", b"", [("x", None)]),
        (b"gone", None, list(EVENT.headers)),
    ]

    async def send() -> None:
        async with producer(bus.kafka) as writer:
            for number in range(count):
                key, value, headers = EVENT if number % 6 else odd[number // 6 % 4]
                batch = writer.create_batch()  # `send` refuses a record without key and value
                time = START_MS + number * 1000
                batch.append(key=key, value=value, timestamp=time, headers=list(headers))
                topic = bus.topics[number % 2].name
                sent = await writer.send_batch(batch, topic, partition=number % 3)
                await sent

    asyncio.run(send())


def records(path: Path) -> list[Record]:
    return list(read(path))


async def topics_on(bus: Bus) -> list[str]:
    """The names of all."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bus.kafka)
    await admin.start()
    try:
        names_: list[str] = await admin.list_topics()
        return names_
    finally:
        await admin.close()
