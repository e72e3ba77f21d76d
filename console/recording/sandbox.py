"""Where a replay writes: topics that nobody else uses, on another cluster or behind a prefix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from chassis.kafka import producer
from console.recording.errors import RecordingError
from console.recording.manifest import TopicRange
from console.recording.record import Place
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
_ANY_TIME = {"message.timestamp.after.max.ms": str((1 << 63) - 1)}
"""A broker of Kafka 4 refuses what is more than an hour ahead of its clock."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What decides each record of a replay: two replays of one plan write the same.

    It stands in a topic of the sandbox, so it is there as long as what was written by it.
    """

    recording: str
    shift_asked: str
    shift_ms: int
    faults: dict[str, str]


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

    async def prepare(self, topics: Sequence[TopicRange], plan: Plan) -> Plan:
        """Create the topics as they were recorded, or find that this plan is being carried out.

        Returns the plan that stands in the sandbox: its shift is the one to use.
        Raises RecordingError when another replay, or anything else, has written there.
        """
        async with administration(self.kafka) as admin:
            wanted = {self.name(topic.name): topic for topic in topics}
            there = await partitions_of(admin, [*wanted, self.name(PLAN_TOPIC)])
            stands = await self._plan() if self.name(PLAN_TOPIC) in there else None
            if stands is None:
                await self._require_empty(there)
            else:
                self._require_same(stands, plan)
            for name, topic in wanted.items():
                if name in there and len(there[name]) != len(topic.partitions):
                    raise RecordingError(
                        f"{name} has {len(there[name])} partitions, not {len(topic.partitions)}"
                    )
            await self._create(admin, [t for name, t in wanted.items() if name not in there])
            if self.name(PLAN_TOPIC) not in there:
                await _create(admin, [_new(self.name(PLAN_TOPIC), 1, {"retention.ms": "-1"})])
        if stands is None:
            await self._write_plan(plan)
        return stands or plan

    async def written(self, topics: Sequence[TopicRange]) -> Mapping[Place, int]:
        """How many records each partition holds, as only one replay has written there."""
        names = {self.name(topic.name): topic.name for topic in topics}
        places = [
            TopicPartition(self.name(topic.name), found.partition)
            for topic in topics
            for found in topic.partitions
        ]
        with broker_errors(self.kafka):
            ends = await _ends(self.kafka, places)
        return {(names[place.topic], place.partition): end for place, end in ends.items()}

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

    def _require_same(self, stands: Plan, plan: Plan) -> None:
        fields = ("recording", "shift_asked", "faults")
        for field in fields:
            if getattr(stands, field) != getattr(plan, field):
                raise RecordingError(
                    f"this sandbox holds a replay with {field.replace('_', ' ')} "
                    f"{getattr(stands, field)}, not {getattr(plan, field)}: name another sandbox"
                )

    async def _create(self, admin: AIOKafkaAdminClient, topics: Sequence[TopicRange]) -> None:
        await _create(
            admin, [_new(self.name(t.name), len(t.partitions), t.settings) for t in topics]
        )


async def _ends(kafka: str, places: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
    if not places:
        return {}
    async with AIOKafkaConsumer(bootstrap_servers=kafka) as consumer:
        ends: Mapping[TopicPartition, int] = await consumer.end_offsets(list(places))
        return ends


def _new(name: str, partitions: int, settings: Mapping[str, str]) -> NewTopic:
    """One replica is enough for what can be replayed again."""
    return NewTopic(
        name=name,
        num_partitions=partitions,
        replication_factor=1,
        topic_configs=dict(settings) | {"min.insync.replicas": "1"} | _ANY_TIME,
    )


async def _create(admin: AIOKafkaAdminClient, topics: list[NewTopic]) -> None:
    if topics:
        answer = await admin.create_topics(topics)
        for name, code, *_ in answer.topic_errors:
            if code == TopicAlreadyExistsError.errno:
                raise RecordingError(
                    f"{name} was made at this moment: another replay begins in the sandbox; let it "
                    "end, or name another one (--prefix)"
                )
            if code:
                raise for_code(code)(name)
