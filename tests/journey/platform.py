"""The whole platform under test, as its users meet it: HTTP, the bus, the command line."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from console.stack import RunningStack
from contracts.topics import TOPICS

PATIENCE_SECONDS = 60.0
PARTITIONS = {topic.name: topic.partitions for topic in TOPICS}


@dataclass(frozen=True)
class Platform:
    """A running stack with the questions that tests ask of it."""

    stack: RunningStack

    def post(self, service: str, path: str, body: dict[str, Any], key: str = "") -> dict[str, Any]:
        """Carry out a command, again while the service says that it may succeed later."""
        headers = {"Idempotency-Key": key} if key else {}
        answer: dict[str, Any] = {}

        def done() -> bool:
            response = httpx.post(self.stack.services[service] + path, json=body, headers=headers)
            if "retry-after" in response.headers:
                return False
            assert response.is_success, response.text
            answer.update(response.json())
            return True

        wait_until(done)
        return answer

    def get(self, service: str, path: str, **query: str) -> dict[str, Any]:
        response = httpx.get(self.stack.services[service] + path, params=query)
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer

    def total(self, **where: str) -> tuple[str, int]:
        """FOB value in MAD and number of shipments."""
        total = self.get("export_metrics", "/v1/statistics", by="month", **where)["total"]
        return total["fob_value_mad"], total["shipments"]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the `zarbia` command on this stack's data."""
        running = self.start(*arguments)
        output, errors = running.communicate()
        return subprocess.CompletedProcess(running.args, running.returncode, output, errors)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the `zarbia` command on this stack's data."""
        return subprocess.Popen(
            [sys.executable, "-m", "console", *arguments, "--data", str(self.stack.data)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"COLUMNS": "100"},
        )

    def command_json(self, *arguments: str) -> dict[str, Any]:
        done = self.command(*arguments)
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def pid(self, service: str) -> int:
        """The process of a service as the stack's state file names it."""
        state = json.loads((self.stack.data / "stack.json").read_text(encoding="utf-8"))
        (member,) = [member for member in state["members"] if member["name"] == service]
        return int(member["identity"]["pid"])

    async def read(self, topic: str) -> list[ConsumerRecord[bytes, bytes]]:
        """All committed records of a topic, in the order of partitions and offsets."""
        consumer: AIOKafkaConsumer = AIOKafkaConsumer(
            bootstrap_servers=self.stack.kafka,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
        )
        await consumer.start()
        try:
            partitions = [TopicPartition(topic, number) for number in range(PARTITIONS[topic])]
            consumer.assign(partitions)
            ends = await consumer.end_offsets(partitions)
            records = []
            while [p for p in partitions if await consumer.position(p) < ends[p]]:
                for batch in (await consumer.getmany(timeout_ms=500)).values():
                    records += batch
            return records
        finally:
            await consumer.stop()

    async def write(self, topic: str, partition: int, records: list[Any]) -> None:
        """Put raw records (key, value, headers) on a topic, whatever they hold."""
        producer = AIOKafkaProducer(bootstrap_servers=self.stack.kafka)
        await producer.start()
        try:
            for key, value, headers in records:
                await producer.send_and_wait(
                    topic, value=value, key=key, partition=partition, headers=headers
                )
        finally:
            await producer.stop()


def wait_until(done: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Ask until the answer is yes; fails when it does not come."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def customs_file(path: Path, rows: list[str]) -> Path:
    """A customs file with the columns that the import reads."""
    header = (
        "Declaration ID,Date,Office ID,Mode of Transport,Importer ID,Seller ID,HS6 Code,"
        "Country of Origin,Net Mass,Item Price"
    )
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path
