"""From a broken record to its release, on a real broker."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from time import time_ns

import pytest
from aiokafka import AIOKafkaProducer
from faststream.kafka import KafkaBroker

from chassis import kafka
from chassis.clock import SystemClock
from chassis.outbox import encode
from chassis.reader import quarantine as quarantine_module
from chassis.reader.outcome import Readable
from chassis.reader.quarantine import Quarantine
from chassis.reader.subscriber import Subscriber
from chassis.releases import RedriveEvent, Releases
from chassis.store import OutboxRecord
from chassis.tests.counters import around
from console.quarantine import record as record_module
from console.quarantine.errors import QuarantineError
from console.quarantine.reading import READERS, read_all, read_one
from contracts.exports import ShipmentDelivered
from contracts.topic import Topic
from contracts.topics import EXPORTS_SHIPMENTS

pytestmark = pytest.mark.integration
SUBJECT = "0aabc1c5-8271-5608-a501-7cd4082d03c2"
TOPIC = EXPORTS_SHIPMENTS
READER = "tests"
PATIENCE_SECONDS = 60.0


@pytest.fixture
async def producer(kafka_url: str) -> AsyncIterator[AIOKafkaProducer]:
    async with kafka.producer(kafka_url) as producer:
        yield producer


@pytest.fixture
async def topic(kafka_url: str, monkeypatch: pytest.MonkeyPatch) -> Topic:
    """A topic of shipments that nobody else reads, and the quarantine of its reader."""
    made = replace(TOPIC, name=f"test.topic.{time_ns()}")
    quarantine = replace(made, name=f"{made.name}.quarantine", partitions=1, events=())
    await kafka.ensure_topics(kafka_url, [made, quarantine], 1)
    monkeypatch.setitem(READERS, READER, quarantine)
    monkeypatch.setitem(record_module._TOPICS, made.name, made)
    monkeypatch.setattr(quarantine_module, "quarantine_of", lambda _: quarantine.name)
    return made


def delivered(topic: Topic, on: str, ordinal: int) -> OutboxRecord:
    (record,) = encode(
        [ShipmentDelivered.model_validate({"delivered_on": on})],
        topic=topic,
        subject=SUBJECT,
        partition_key=SUBJECT,
        after=ordinal - 1,
        circumstances=around(),
    )
    return record


async def write(producer: AIOKafkaProducer, record: OutboxRecord) -> None:
    await producer.send_and_wait(
        record.topic,
        value=record.value,
        key=record.key.encode(),
        partition=record.partition,
        headers=[(name, text.encode()) for name, text in record.headers.items()],
    )


class Reading:
    """A reader of deliveries, and what it was handed."""

    def __init__(self, kafka_url: str, topic: Topic, producer: AIOKafkaProducer) -> None:
        self.broker = KafkaBroker(kafka_url, logger=None)
        self.events: asyncio.Queue[Readable] = asyncio.Queue()
        Subscriber(
            self.broker,
            f"reader of {topic.name}",
            topic,
            [ShipmentDelivered],
            self._take,
            Quarantine(READER, producer),
        )

    async def _take(self, batch: Sequence[Readable]) -> None:
        for readable in batch:
            self.events.put_nowait(readable)

    async def next(self) -> Readable:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.events.get()


async def test_a_broken_event_is_found_corrected_and_read(
    kafka_url: str, producer: AIOKafkaProducer, topic: Topic
) -> None:
    # given a reader that met a broken event and a good one behind it
    broken = replace(delivered(topic, "2025-06-29", 1), value=b'{"delivered_on": "yesterday"}')
    reading = Reading(kafka_url, topic, producer)
    await reading.broker.start()
    try:
        await write(producer, broken)
        await write(producer, delivered(topic, "2025-06-30", 2))
        assert (await reading.next()).envelope.sequence == 2

        # when it is found in quarantine and its owner tells it again
        (found,) = await read_all(kafka_url, [READER])
        assert found.entry.value == broken.value
        place = (await read_one(kafka_url, READER, found.offset)).placed()
        assert (place.partition, place.key) == (broken.partition, SUBJECT)
        await Releases(topic, producer, SystemClock()).redrive(
            RedriveEvent(
                aggregate=place.subject,
                ordinal=place.ordinal,
                event_id=place.event_id,
                key=place.key,
                partition=place.partition,
                reason="was-malformed",
                type=ShipmentDelivered.event_type(),
                body={"delivered_on": "2025-06-29"},
            )
        )

        # then the reader reads it as the event that it was
        told = await reading.next()
        assert told.event == ShipmentDelivered.model_validate({"delivered_on": "2025-06-29"})
        assert (told.envelope.id, told.envelope.sequence) == (broken.event_id, 1)
    finally:
        await reading.broker.stop()


async def test_a_quarantine_that_nobody_has_made_is_empty(
    kafka_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(READERS, READER, replace(TOPIC, name=f"test.topic.{time_ns()}"))

    assert await read_all(kafka_url, [READER]) == []
    with pytest.raises(QuarantineError, match="has no record at offset 7"):
        await read_one(kafka_url, READER, 7)


async def test_a_broker_that_does_not_answer_is_one_line() -> None:
    with pytest.raises(QuarantineError, match="cannot be read"):
        await read_all("127.0.0.1:1", ["exports"])
