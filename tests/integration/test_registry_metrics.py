"""Registry metrics on a real broker: the second fold of the engine, killed, and verified."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.progress import Progress

from chassis import kafka
from console.verifying import FOLDS, verified
from contracts.codec import KafkaRecord
from contracts.event import Event
from contracts.partitioner import partition_of
from contracts.topics import PRODUCER_GENERATION, REGISTRY_PRODUCERS, owned_by
from contracts.values import WomenLed
from services.registry_metrics.settings import SERVICE
from services.registry_metrics.tests.events import (
    corrected,
    marker,
    moved,
    record_of,
    registered,
    uuid_of,
)
from tests.integration.test_export_metrics import until, write

pytestmark = pytest.mark.integration
TOPIC = REGISTRY_PRODUCERS.name
CHAIN = f"chain-{os.getpid()}"
NUMBER = 300
PATIENCE_SECONDS = 60.0


@dataclass
class Service:
    """Registry metrics as a process of its own, on a folder of its own."""

    kafka: str
    data: Path
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "services.registry_metrics"],
            env=os.environ
            | {
                "ZARBIA_KAFKA": self.kafka,
                "ZARBIA_DATA": str(self.data),
                "ZARBIA_HTTP_PORT": str(self.port),
                "ZARBIA_LOG_LEVEL": "ERROR",
            },
            stderr=subprocess.DEVNULL,
        )

    def end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=PATIENCE_SECONDS)
            self.process = None

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """The answer; empty while there is none."""
        try:
            response = httpx.get(f"http://127.0.0.1:{self.port}{path}", params=query)
        except httpx.TransportError:
            return {}
        answer: dict[str, Any] = response.json() if response.is_success else {}
        return answer

    def producers(self, by: str, **query: str) -> dict[str, int] | None:
        """Those of this test; None while there is no answer."""
        answer = self.get("/v1/producers", chain=CHAIN, by=by, **query)
        return {row[by]: row["producers"] for row in answer["rows"]} if answer else None

    def closed_through(self) -> date | None:
        day = self.get("/v1/producers").get("closed_through")
        return day and date.fromisoformat(day)


@pytest.fixture
async def service(kafka_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    await kafka.ensure_topics(kafka_url, owned_by(REGISTRY_PRODUCERS.owner), 1)
    under_test = Service(kafka_url, tmp_path / "data")
    under_test.start()
    yield under_test
    under_test.end(signal.SIGTERM)


def at(producer: str, ordinal: int, event: Event) -> tuple[int, KafkaRecord]:
    return partition_of(producer, REGISTRY_PRODUCERS.partitions), record_of(
        event, producer, ordinal
    )


def closing(through: date, previous: date | None) -> list[tuple[int, KafkaRecord]]:
    return [
        (number, marker(through, previous, number))
        for number in range(REGISTRY_PRODUCERS.partitions)
    ]


async def test_producers_are_counted_where_they_are_and_as_they_were_known(
    service: Service, tmp_path: Path
) -> None:
    await write(service.kafka, closing(date(2026, 3, 1), None), TOPIC)
    await until(lambda: service.closed_through() is not None)
    opened = service.closed_through()
    assert opened is not None
    first_day = opened + timedelta(days=1)
    names = [uuid_of(f"{CHAIN}-{number}") for number in range(NUMBER)]
    told = [at(name, 1, registered("MA-03", chain=CHAIN)) for name in names]
    await write(service.kafka, told, TOPIC)
    await until(lambda: service.producers("region") == {"MA-03": NUMBER})
    await write(service.kafka, closing(first_day, opened), TOPIC)
    await until(lambda: service.closed_through() == first_day)

    service.end(signal.SIGKILL)
    later = [at(name, 2, moved("MA-07")) for name in names[: NUMBER // 3]]
    later += [at(name, 3, corrected(women_led=WomenLed.YES)) for name in names[: NUMBER // 6]]
    await write(service.kafka, [*told[:50], *later], TOPIC)
    service.start()

    everywhere = {"MA-03": NUMBER - NUMBER // 3, "MA-07": NUMBER // 3}
    await until(lambda: service.producers("region") == everywhere)
    of_women = {"unknown": NUMBER - NUMBER // 6, "yes": NUMBER // 6}
    await until(lambda: service.producers("women_led") == of_women)
    assert service.producers("region", known_on=first_day.isoformat()) == {"MA-03": NUMBER}
    assert service.get("/v1/holds") == {"holds": []}
    assert service.get("/v1/producers", chain=CHAIN)["total"] == NUMBER
    with Progress(disable=True) as progress:
        found = await verified(
            service.kafka, PRODUCER_GENERATION, tmp_path / "verify", progress, FOLDS[SERVICE]
        )
    assert found.differences == []
    assert found.records >= NUMBER + len(later)
    assert (found.triggers, found.silent) == (0, [])
