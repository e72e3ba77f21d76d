"""What each engine has published, read back as figures, and compared with what should be there."""

import json
import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec
from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    TopicPartition,
)

from bench.streams.events import Measures, Totals
from contracts.export_metrics import Cell as ContributionCell
from contracts.export_metrics import Contribution
from contracts.topics import CURRENT_GENERATION, statistics

SECONDS_WITHOUT_NEWS = 10.0
TOTAL_OF_STREAMS = struct.Struct(">qqqq?")
Cell = tuple[str | None, ...]
Figure = tuple[str, Cell, Measures]
"""Knowledge day, cell, and the whole total of one partition."""


class Published(NamedTuple):
    key: bytes
    value: bytes
    event_type: str


def of_our_fold(record: Published) -> Figure | None:
    if record.event_type != Contribution.event_type():
        return None
    said = msgspec.json.decode(record.value)
    cell = tuple(said["cell"].get(name) for name in ContributionCell.model_fields)
    return said["knowledge_day"], cell, _measures(said)


def _measures(said: dict[str, int]) -> Measures:
    quantity = said.get("quantity_thousandths")
    return said["fob_mad_centimes"], said["net_mass_grams"], quantity, said["shipments"]


def of_kafka_streams(record: Published) -> Figure:
    _, day, cell = record.key.decode().split("|", 2)
    fob, grams, quantity, shipments, has_quantity = TOTAL_OF_STREAMS.unpack(record.value)
    return day, tuple(json.loads(cell)), (fob, grams, quantity if has_quantity else None, shipments)


def of_quix(record: Published) -> Figure:
    _, day, cell = json.loads(record.key)
    total = record.value[len(record.key) + 1 :]
    return day, tuple(cell), msgspec.msgpack.decode(total, type=Measures)


def of_quix_changelog(record: Published) -> Figure | None:
    state, _, key = record.key.partition(b"|")
    if state != b"cells":
        return None
    _, day, cell = json.loads(key)
    return day, tuple(cell), msgspec.msgpack.decode(record.value, type=Measures)


Reading = Callable[[Published], Figure | None]


def totals(bootstrap: str, topic: str, reading: Reading) -> Totals:
    """The sums over all partitions of the last committed total of each key."""
    last: dict[bytes, Figure] = {}
    for record in _committed(bootstrap, topic):
        if figure := reading(record):
            last[record.key] = figure
    summed: Totals = {}
    for day, cell, measures in last.values():
        summed[day, cell] = _plus(summed.get((day, cell)), measures)
    return {key: total for key, total in summed.items() if any(total)}


def _plus(before: Measures | None, more: Measures) -> Measures:
    if before is None:
        return more
    fob, grams, quantity, shipments = before
    quantity = None if quantity is None or more[2] is None else quantity + more[2]
    return fob + more[0], grams + more[1], quantity, shipments + more[3]


def _committed(bootstrap: str, topic: str) -> Iterator[Published]:
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "bench-comparing",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "enable.partition.eof": True,
        }
    )
    partitions = list(consumer.list_topics(topic).topics[topic].partitions)
    consumer.assign([TopicPartition(topic, at, OFFSET_BEGINNING) for at in partitions])
    at_end: set[int] = set()
    while len(at_end) < len(partitions):
        message: Any = consumer.poll(SECONDS_WITHOUT_NEWS)
        if message is None:
            raise TimeoutError(f"{topic}: no end of what is committed")
        if error := message.error():
            if error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - it has no other name
                raise KafkaException(error)
            at_end.add(message.partition())
        else:
            event_type = dict(message.headers() or []).get("ce_type", b"").decode()
            yield Published(message.key(), message.value(), event_type)
    consumer.close()


def difference(expected: Totals, found: Totals) -> str | None:
    """The first difference in the order of days and cells; None when there is none."""
    expected = {key: total for key, total in expected.items() if any(total)}
    for key in sorted({*expected, *found}, key=repr):
        if expected.get(key) != found.get(key):
            return f"{key}: {found.get(key)}, not {expected.get(key)}"
    return None


OUR_TOPIC = statistics(CURRENT_GENERATION).name
