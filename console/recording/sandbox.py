"""Where a replay writes: topics that nobody else uses, on another cluster or behind a prefix."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import NewTopic

from chassis.kafka import producer
from console.recording.errors import RecordingError
from console.recording.manifest import TopicRange
from console.recording.plan import Plan
from console.recording.record import Place
from console.recording.sandbox_topics import create, new_topic, remove, require_possible
from console.recording.source import (
    administration,
    broker_errors,
    cluster_of,
    partitions_of,
)

OTHERS_WRITE = (
    "somebody else writes into the sandbox, perhaps another replay of yours: what stands there is "
    "of no use any more, so name another sandbox (--prefix) for each"
)
PLAN_TOPIC = "zarbia.replay.v1"


class Found(NamedTuple):
    """The plan to go by, whether it stands there already, how many records each partition holds,
    and which topics are missing."""

    plan: Plan
    stands: bool
    held: Counter[Place]
    missing: list[NewTopic]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Topics on the broker at `kafka`, whose names begin with `prefix`."""

    kafka: str
    prefix: str = ""

    def name(self, topic: str) -> str:
        return self.prefix + topic

    async def require_not_live(self, recorded: str, live: Sequence[str]) -> None:
        """Without a prefix, the cluster may be neither the one recorded nor a `live` one.

        `recorded` is a cluster's id, `live` are addresses. Raises RecordingError.
        """
        if self.prefix:
            return
        own = await cluster_of(self.kafka)
        if own == recorded:
            raise RecordingError(
                f"{self.kafka} is the cluster that was recorded: its topics are live; "
                "--prefix writes beside them",
                "--to",
            )
        for address in live:
            if address == self.kafka or own == await cluster_of(address):
                raise RecordingError(
                    f"{self.kafka} is the cluster of {address}: its topics are live; "
                    "--prefix writes beside them",
                    "--to",
                )

    async def examine(self, topics: Sequence[TopicRange], plan: Plan) -> Found:
        """What stands there, and what is missing; nothing is made.

        Raises RecordingError when another replay, or anything else, has written there, or when the
        broker would not make the topics as they were recorded.
        """
        async with administration(self.kafka) as admin:
            wanted = {self.name(topic.name): topic for topic in topics}
            there = await partitions_of(admin, [*wanted, self.name(PLAN_TOPIC)])
            stands = await self._plan() if self.name(PLAN_TOPIC) in there else None
            if stands is None:
                await self._require_empty(there)
            else:
                stands.require_same(plan)
            for name, topic in wanted.items():
                if name in there and len(there[name]) != len(topic.partitions):
                    raise RecordingError(
                        f"{name} has {len(there[name])} partitions, not {len(topic.partitions)}"
                    )
            missing = [
                new_topic(name, len(topic.partitions), topic.settings)
                for name, topic in wanted.items()
                if name not in there
            ]
            if self.name(PLAN_TOPIC) not in there:
                missing.append(new_topic(self.name(PLAN_TOPIC), 1, {"retention.ms": "-1"}))
            await require_possible(admin, missing)
            places = [TopicPartition(name, n) for name in wanted for n in there.get(name, ())]
            ends = await _ends(self.kafka, places)
        held = Counter({(wanted[at.topic].name, at.partition): end for at, end in ends.items()})
        return Found(stands or plan, stands is not None, held, missing)

    async def prepare(self, topics: Sequence[TopicRange], plan: Plan) -> Found:
        """Make the topics as they were recorded, or find that this plan is being carried out.

        The plan that stands in the sandbox then is the one to go by. Topics that were made are
        taken away again when the plan does not come to stand there.
        Raises RecordingError as `examine` does.
        """
        found = await self.examine(topics, plan)
        async with administration(self.kafka) as admin:
            made = await create(admin, found.missing)
            if not found.stands:
                try:
                    await self._write_plan(plan)
                except RecordingError:
                    await remove(admin, made)
                    raise
        return found

    async def _plan(self) -> Plan | None:
        """The first record of the topic of the plan."""
        place = TopicPartition(self.name(PLAN_TOPIC), 0)
        async with AIOKafkaConsumer(
            bootstrap_servers=self.kafka, auto_offset_reset="none"
        ) as consumer:
            consumer.assign([place])
            if not (await consumer.end_offsets([place]))[place]:
                return None
            consumer.seek(place, 0)
            found = await consumer.getone()
        try:
            return msgspec.json.decode(found.value, type=Plan)
        except msgspec.DecodeError as error:
            raise RecordingError(f"{place.topic} holds no plan of a replay: {error}") from error

    async def _write_plan(self, plan: Plan) -> None:
        with broker_errors(self.kafka):
            async with producer(self.kafka) as writer:
                content = msgspec.json.encode(plan)
                await writer.send_and_wait(self.name(PLAN_TOPIC), content, partition=0)

    async def _require_empty(self, there: Mapping[str, Sequence[int]]) -> None:
        places = [TopicPartition(name, n) for name, found in there.items() for n in found]
        for place, end in (await _ends(self.kafka, places)).items():
            if end:
                raise RecordingError(
                    f"{place.topic} on {self.kafka} holds records that no replay has written: "
                    "name another sandbox"
                )


async def _ends(kafka: str, places: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
    if not places:
        return {}
    async with AIOKafkaConsumer(bootstrap_servers=kafka) as consumer:
        ends: Mapping[TopicPartition, int] = await consumer.end_offsets(list(places))
        return ends
