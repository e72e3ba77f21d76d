"""Records of tests, and a source of them that needs no broker."""

from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from aiokafka import TopicPartition
from hypothesis import strategies as st

from console.recording.layout import Layout, layout_for
from console.recording.manifest import Asked, Manifest, Part, Range, TopicRange
from console.recording.record import Place, Record
from console.recording.recorder import fill
from console.recording.source import Ranges
from console.tail.reading import Record as KafkaRecord
from console.tail.reading import earliest_first
from contracts.codec import to_kafka
from contracts.event import Event
from contracts.exports import ShipmentLost
from contracts.generate.examples import example_of

TIME = 1_741_946_400_123  # 2025-03-14T10:00:00.123Z
NAMES = ("exports.shipments.v1", "orders.orders.v1")
RAW = st.none() | st.binary(max_size=20)


def recorded_example(event: type[Event] = ShipmentLost, offset: int = 0, **place: Any) -> Record:
    """The golden example of an event, as a record."""
    record = to_kafka(example_of(event).envelope())
    made = Record(NAMES[0], 3, offset, TIME, record.key, record.value, tuple(record.headers))
    return made._replace(**place)


@st.composite
def any_records(draw: st.DrawFn) -> Record:
    """Whatever Kafka can hold; also events with a little wrong."""
    topic, partition = draw(st.sampled_from(NAMES)), draw(st.integers(0, 20))
    offset, timestamp = draw(st.integers(0, 1 << 62)), draw(st.integers(-1, 1 << 62))
    if draw(st.booleans()):
        example = recorded_example(offset=offset, timestamp=min(timestamp, 1 << 45))
        value = draw(st.sampled_from([example.value, b'{"a":\n1}', b" {}", b'"\xff"', b"1,2"]))
        headers = draw(st.permutations(example.headers)) if draw(st.booleans()) else ()
        return example._replace(value=value, headers=tuple(headers) or example.headers)
    headers = draw(st.lists(st.tuples(st.text(max_size=8), RAW), max_size=3))
    return Record(topic, partition, offset, timestamp, draw(RAW), draw(RAW), tuple(headers))


@st.composite
def streams(draw: st.DrawFn, most: int = 12) -> list[Record]:
    """The records of two topics with two partitions each; times go back now and then."""
    found = []
    for topic in NAMES:
        for partition in (0, 1):
            times = draw(st.lists(st.integers(0, 30), max_size=most))
            for number, time in enumerate(times):
                offset = number * 3 + partition  # with gaps, as marks of transactions leave them
                record = recorded_example(offset=offset, topic=topic, partition=partition)
                found.append(record._replace(timestamp=TIME + time * 1000))
    return found


def by_place(records: Iterable[Record]) -> dict[Place, list[Record]]:
    """Each partition in the order in which it comes."""
    found: defaultdict[Place, list[Record]] = defaultdict(list)
    for record in records:
        found[record.place].append(record)
    return dict(found)


def planned(layout: Layout, records: Sequence[Record], asked: Asked | None = None) -> Manifest:
    """The manifest of a recording of all of them that has not begun."""
    places = by_place(records)
    topics = [
        TopicRange(
            name=name,
            settings={},
            partitions=[
                Range(partition=place[1], start=0, end=found[-1].offset + 1)
                for place, found in sorted(places.items())
                if place[0] == name
            ],
        )
        for name in NAMES
    ]
    files = dict.fromkeys(layout.part_of(name) for name in NAMES)
    return Manifest(
        asked=asked or Asked(topics=list(NAMES)),
        compression=layout.compression,
        cluster="cluster",
        started=datetime(2026, 1, 1, tzinfo=UTC),
        topics=topics,
        parts=[
            Part(file=file, topics=[name for name in NAMES if layout.part_of(name) == file])
            for file in files
        ],
    )


async def source(records: Sequence[Record], ranges: Ranges) -> AsyncIterator[Record]:
    """Those in the ranges, merged as the reading of topics does."""
    waiting = {
        TopicPartition(*place): deque(cast("list[KafkaRecord]", _in(found, *ranges[place])))
        for place, found in by_place(records).items()
        if place in ranges
    }
    for record in earliest_first(waiting, ()):
        yield cast("Record", record)


def _in(records: Iterable[Record], start: int, end: int) -> list[Record]:
    return [record for record in records if start <= record.offset < end]


async def make(path: Path, records: Sequence[Record], asked: Asked | None = None) -> Manifest:
    """Record all of them to a folder or file, to the end."""
    layout = layout_for(path, None)
    layout.folder.mkdir(exist_ok=True, parents=True)
    manifest = planned(layout, records, asked)
    await fill(layout, manifest, lambda ranges: source(records, ranges), lambda _: None)
    manifest.complete = True
    manifest.save(layout.manifest)
    return manifest
