"""A subscriber that reads what is committed, once and in order, and keeps it."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from chassis import kafka
from contracts.topics import CURRENT_GENERATION, RISK_TRIGGERS, national, quarantine_of, statistics
from tests.faults.national_oracle import Nation
from tests.faults.oracle import Amounts, Finding, Place, Trigger, compared
from tests.faults.world import INPUTS, NUMBERS, World

STATISTICS = statistics(CURRENT_GENERATION).name
NATIONAL = national(CURRENT_GENERATION)
MEASURES = {"ExportersCounted": "exporters", "ExposureMeasured": "open_mad_centimes"}
"""What of the nation is said by an event of each name."""
QUARANTINE = quarantine_of("export-metrics")
PATIENCE_SECONDS = 300.0


class Witness:
    """`totals` by place, how often each trigger was `said`, and what lies in quarantine."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._totals: dict[str, tuple[Place, Amounts]] = {}
        self.said: Counter[Trigger] = Counter()
        self.aside: set[tuple[bytes, ...]] = set()
        self.closings: dict[int, dict[str, Any]] = {}
        self.nation: Nation = {}
        self._nation_said: Counter[str] = Counter()
        self._nation_closed: dict[int, date] = {}

    async def until_all_is_said(self, world: World) -> None:
        """Read until every partition says that it has folded all that was written, and all days
        are decided for the nation."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while waits := [number for number in NUMBERS if not self._has_folded(world, number)]:
            assert time.monotonic() < deadline, f"partitions {waits} have not folded everything"
            await self.read()
        while world.events and not self._has_decided(world.closed):
            assert time.monotonic() < deadline, f"decided no further than {self._nation_closed}"
            await self.read()
        ends = await self._consumer.end_offsets(self._consumer.assignment())
        while [at for at, end in ends.items() if await self._consumer.position(at) < end]:
            await self.read()

    async def read(self) -> None:
        batches = await self._consumer.getmany(timeout_ms=100)
        for at, records in batches.items():
            for record in records:
                self._take(at.topic, record)
        await asyncio.sleep(0)

    def found(self, world: World) -> Finding:
        """How this differs from what the oracle says."""
        totals = dict(self._totals.values())
        assert len(totals) == len(self._totals), "two contributions claim one place"
        finding = compared(world.oracle, totals, self.said)
        due, known = world.oracle.nation(world.closed), self.nation
        differing = [n for n in due.keys() | known.keys() if due.get(n, 0) != known.get(n, 0)]
        held = sum(closings["held"] for closings in self.closings.values())
        return Finding(
            finding.lost + max(0, world.poisoned - len(self.aside)),
            finding.twice + self._nation_said.total() - len(self._nation_said),
            finding.foreign + len(differing) + abs(held - world.held),
        )

    def has_folded(self, world: World) -> bool:
        """Whether every partition says so; quietly or not."""
        return all(self._has_folded(world, number) for number in NUMBERS)

    def _has_folded(self, world: World, number: int) -> bool:
        offsets = self.closings.get(number, {}).get("offsets", {})
        return all(offsets.get(topic.name) == world.ends[topic.name, number] for topic in INPUTS)

    def _has_decided(self, day: date) -> bool:
        closed = [self._nation_closed.get(n, date.min) for n in range(NATIONAL.partitions)]
        return min(closed) >= day

    def _take(self, topic: str, record: "ConsumerRecord[bytes, bytes]") -> None:
        headers = dict(record.headers)
        if topic == QUARANTINE:
            place = ("topic", "partition", "offset")
            self.aside.add(tuple(headers[f"__zarbia.error.{name}"] for name in place))
            return
        kind = headers["ce_type"].decode().split(".")[-2]
        said = json.loads(record.value or b"")
        if kind == "PartitionClosed":
            self.closings[record.partition] = said
        elif kind == "NationalDayClosed":
            self._nation_closed[record.partition] = date.fromisoformat(said["through"])
        elif kind in MEASURES:
            key = (record.key or b"").decode()
            *name, _ = json.loads(key)  # the day
            self.nation[tuple(name)] = said[MEASURES[kind]]
            self._nation_said[key] += 1
        elif kind == "Contribution":
            self._totals[(record.key or b"").decode()] = _contribution(record.partition, said)
        elif "rule" in said:
            self.said[Trigger(kind, said["rule"], said["subject"])] += 1


def _contribution(partition: int, said: dict[str, Any]) -> tuple[Place, Amounts]:
    cell, on = said["cell"], date.fromisoformat(said["knowledge_day"])
    place = Place(partition, on, cell["office"], cell["partner"], cell["month"], cell["hs_code"])
    quantity = said["quantity_thousandths"]
    return place, (said["fob_mad_centimes"], said["net_mass_grams"], quantity, said["shipments"])


@asynccontextmanager
async def witness(url: str) -> AsyncIterator[Witness]:
    """Reads from the beginning of the topics."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=url,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        said = [TopicPartition(t, n) for t in (STATISTICS, RISK_TRIGGERS.name) for n in NUMBERS]
        nation = [TopicPartition(NATIONAL.name, number) for number in range(NATIONAL.partitions)]
        consumer.assign([*said, *nation, TopicPartition(QUARANTINE, 0)])
        yield Witness(consumer)
    finally:
        await kafka.stop(consumer)
