"""The ceiling: reading, headers and decoding alone. ``python -m bench.streams.ceiling CLIENT …``.

What any engine in this language has to do at least, on either client. Prints one line of JSON.
"""

import asyncio
import json
import sys
import time
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka import TopicPartition as At
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition
from msgspec.json import Decoder

from bench.streams import forms
from contracts.topics import EXPORTS_SHIPMENTS

BATCH = 500
PARTITIONS = range(EXPORTS_SHIPMENTS.partitions)


DECODERS: dict[str, Decoder[Any]] = {
    forms.EXPORTED: forms.EXPORTED_FORM,
    forms.AMENDED: forms.AMENDED_FORM,
    forms.CLOSED: forms.CLOSED_FORM,
}


def look_at(headers: Any, value: Any) -> None:
    """The headers that a fold needs, as text, and the data as a struct."""
    by_name = dict(headers)
    for name in ("ce_id", "ce_subject", "ce_sequence"):
        if name in by_name:
            by_name[name].decode()
    if decoder := DECODERS.get(by_name["ce_type"].decode()):
        decoder.decode(value)


def read_with_confluent(bootstrap: str) -> float:
    """Seconds from the first record to the end of the topic."""
    name = EXPORTS_SHIPMENTS.name
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "bench-ceiling",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
        }
    )
    left = sum(consumer.get_watermark_offsets(TopicPartition(name, at))[1] for at in PARTITIONS)
    consumer.assign([TopicPartition(name, at, OFFSET_BEGINNING) for at in PARTITIONS])
    started = 0.0
    while left:
        messages = consumer.consume(min(BATCH, left), timeout=0.5)
        started = started or (time.perf_counter() if messages else 0.0)
        for message in messages:
            look_at(message.headers(), message.value())
        left -= len(messages)
    seconds = time.perf_counter() - started
    consumer.close()
    return seconds


async def read_with_aiokafka(bootstrap: str) -> float:
    """Seconds from the first record to the end of the topic."""
    ats = [At(EXPORTS_SHIPMENTS.name, at) for at in PARTITIONS]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, isolation_level="read_committed"
    )
    await consumer.start()
    try:
        left = sum((await consumer.end_offsets(ats)).values())
        consumer.assign(ats)
        await consumer.seek_to_beginning(*ats)
        started = 0.0
        while left:
            batches = await consumer.getmany(timeout_ms=500, max_records=BATCH)
            started = started or (time.perf_counter() if batches else 0.0)
            for records in batches.values():
                for record in records:
                    look_at(record.headers, record.value)
                left -= len(records)
        return time.perf_counter() - started
    finally:
        await consumer.stop()


def main(client: str, bootstrap: str) -> None:
    if client == "confluent":
        seconds = read_with_confluent(bootstrap)
    else:
        seconds = asyncio.run(read_with_aiokafka(bootstrap))
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main(*sys.argv[1:])
