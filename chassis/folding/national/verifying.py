"""What the national fold has said, compared with what the statistics say when read anew."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.folding.national.fold import NationalFold
from chassis.folding.national.nation import Nation
from chassis.folding.publishing.log import reading, records
from chassis.folding.verifying.comparison import Difference
from chassis.folding.verifying.live import Outputs
from chassis.reader.quarantine import Record

BATCH = 5_000


class Said(NamedTuple):
    """All that is said of one subject, by key, up to the day that was closed last."""

    values: Outputs
    through: date


async def verified_nation(
    bootstrap: str, fold: NationalFold, generation: int
) -> tuple[list[Outputs], list[Difference]]:
    """What the statistics say of each subject, and how that differs from what was said."""
    topic = fold.topic(generation)
    async with reading(bootstrap) as consumer:
        found = {
            number: await _said(consumer, fold, TopicPartition(topic.name, number))
            for number in range(topic.partitions)
        }
        live = {number: said for number, said in found.items() if said is not None}
        # Read later: what is said rests on days that were closed before.
        anew = await _decided_anew(consumer, fold, generation, live)
    differences = [
        Difference(number, "national", key, said.values.get(key), anew[number].get(key))
        for number, said in live.items()
        for key in sorted(said.values.keys() | anew[number].keys())
        if said.values.get(key) != anew[number].get(key)
    ]
    return list(anew.values()), differences


async def _said(consumer: AIOKafkaConsumer, fold: NationalFold, at: TopicPartition) -> Said | None:
    """None while nothing is closed."""
    closed_name = fold.closed_type.event_type().encode()
    values: Outputs = {}
    through: date | None = None
    async for record in records(consumer, at):
        if record.key is None or record.value is None:
            continue
        values[record.key.decode()] = record.value
        if dict(record.headers).get("ce_type") == closed_name:
            through = fold.closed_type.model_validate_json(record.value).through
    return None if through is None else Said(values, through)


async def _decided_anew(
    consumer: AIOKafkaConsumer, fold: NationalFold, generation: int, live: Mapping[int, Said]
) -> dict[int, Outputs]:
    """What all partitions say together, up to where it was said live."""
    nation = Nation(fold, generation)
    topic = fold.figures.statistics(generation)
    for number in range(topic.partitions):
        batch: list[Record] = []
        async for record in records(consumer, TopicPartition(topic.name, number)):
            batch.append(record)
            if len(batch) == BATCH:
                nation.take(number, batch)
                batch = []
        nation.take(number, batch)
    found: dict[int, Outputs] = {number: {} for number in live}
    for decision in nation.due():
        if decision.number in live and decision.day <= live[decision.number].through:
            for key, value, _ in decision.records:
                found[decision.number][(key or b"").decode()] = value
    nation.close()
    return found
