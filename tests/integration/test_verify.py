"""`zarbia verify` on a real broker: equal when it is, and the first difference when it is not."""

import os
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from rich.progress import Progress

from chassis import kafka
from chassis.folding.publishing.log import records
from console.verifying import Verification, verified
from contracts.codec import to_kafka
from contracts.envelope import Envelope, source_of
from contracts.export_metrics import Contribution, PartitionClosed
from contracts.topics import CURRENT_GENERATION, RISK_TRIGGERS, statistics
from services.export_metrics.tests.events import TIME
from tests.integration.test_export_metrics import (
    SHIPMENTS,
    Service,
    assert_all_is_said_once,
    exports,
    opening,
    pytestmark,
    service,
    write,
)

__all__ = ["pytestmark", "service"]
TOPIC = statistics(CURRENT_GENERATION).name


async def verify(url: str, folder: Path) -> Verification:
    with Progress(disable=True) as progress:
        return await verified(url, CURRENT_GENERATION, folder, progress)


async def falsify(url: str) -> str:
    """Publish a contribution anew with a centime more, and return its key."""
    found: list[tuple[int, Contribution]] = []
    closings: dict[int, PartitionClosed] = {}
    async with AIOKafkaConsumer(
        bootstrap_servers=url, isolation_level="read_committed", auto_offset_reset="earliest"
    ) as consumer:
        for number in range(statistics(CURRENT_GENERATION).partitions):
            async for record in records(consumer, TopicPartition(TOPIC, number)):
                kind = dict(record.headers)["ce_type"].decode()
                if kind == Contribution.event_type():
                    event = Contribution.model_validate_json(record.value or b"")
                    found.append((number, event))
                elif kind == PartitionClosed.event_type():
                    closings[number] = PartitionClosed.model_validate_json(record.value or b"")
    number, honest = found[0]
    forged = honest.model_copy(update={"fob_mad_centimes": honest.fob_mad_centimes + 1})
    producer = kafka.producer(url)
    await producer.start()
    said: list[Contribution | PartitionClosed] = [forged, closings[number]]
    for again in said:
        key, data = again.record_key(), again.encode()
        envelope = Envelope(
            id="00000000-0000-0000-0000-000000000001",
            source=source_of("export-metrics"),
            type=again.event_type(),
            time=TIME,
            subject=key,
            dataschema=again.dataschema(),
            data=data,
            partitionkey=key,
        )
        record_key, value, headers = to_kafka(envelope)
        await producer.send_and_wait(
            TOPIC, value=value, key=record_key, partition=number, headers=headers
        )
    await producer.stop()
    return forged.record_key()


async def test_what_is_published_is_what_the_log_says_until_somebody_forges_it(
    service: Service,
    tmp_path: Path,
) -> None:
    office = f"V{os.getpid()}"
    await write(
        service.kafka,
        [
            *opening(),
            *(record for number in range(SHIPMENTS) for record in exports(office, number)),
        ],
    )
    await assert_all_is_said_once(service, office)

    honest = await verify(service.kafka, tmp_path / "1")
    assert honest.differences == []
    assert honest.records >= SHIPMENTS
    assert honest.triggers >= SHIPMENTS // 10

    key = await falsify(service.kafka)

    forged = await verify(service.kafka, tmp_path / "2")
    assert [each.key for each in forged.differences] == [key]
    assert forged.digest == honest.digest

    producer = kafka.producer(service.kafka)
    await producer.start()
    place = await producer.send_and_wait(RISK_TRIGGERS.name, value=b"\x00", key=b"x", partition=0)
    await producer.stop()
    foreign = await verify(service.kafka, tmp_path / "3")
    assert f"no id, at offset {place.offset}" in [each.key for each in foreign.differences]
