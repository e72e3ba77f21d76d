"""The inputs of the fold of exports, and what is published of them, as a recording."""

import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from rich.progress import Progress

from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.out import Out
from chassis.folding.publishing.outputs import Outputs
from console.recording import open_recording
from console.recording.layout import layout_for
from console.recording.manifest import Asked, Manifest, Part, Range, TopicRange
from console.recording.record import Record
from console.recording.recorder import fill
from console.recording.source import Ranges
from console.refolding.verifying import verified_recording
from console.tests.recorded import TIME, by_place
from console.verifying import EXPORT_METRICS, Verification
from contracts.export_metrics import Cursor
from contracts.partitioner import partition_of
from contracts.topics import EXPORTS_SHIPMENTS, RISK_TRIGGERS, cursors, statistics
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import INPUTS
from services.export_metrics.tests.events import exported, goods, lost, uuid_of
from services.export_metrics.tests.sources import Sources, invoice

INPUT_NAMES = [topic.name for topic in INPUTS]
OUTPUT_NAMES = [statistics(1).name, cursors(1).name, RISK_TRIGGERS.name]
EVERYTHING = [*INPUT_NAMES, *OUTPUT_NAMES]


def first(name: object) -> str:
    """The id of something whose key belongs to partition 0."""
    ids = (uuid_of(f"{name}-{number}") for number in count())
    return next(id_ for id_ in ids if partition_of(id_, 12) == 0)


def inputs_of(sources: Sources) -> list[Record]:
    """Everything stands in partition 0."""
    return [
        Record(topic, 0, each.offset, TIME, each.key, each.value, each.headers)
        for topic, log in sources.logs.items()
        for each in log.records
    ]


def outputs_of(sources: Sources, generation: int = 1, former: Out | None = None) -> list[Record]:
    """What is published when all of it is folded. A generation with a `former` one takes over from
    the first, when that was out."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(EXPORT_STATISTICS, Path(folder), generation, 0)
        sources.fold_all(ledger)
        everything = ledger.unpublished()
        outputs = Outputs(EXPORT_STATISTICS, generation, 0)
        encoded = list(outputs.encode(everything, everything.said))
        if former is not None:
            last = Cursor(
                generation=1,
                partition=0,
                offsets=dict(former.offsets),
                barrier_day=former.barrier_day,
            )
            encoded.append(outputs.succession(1, last, everything))
        ledger.close()
    offsets: Counter[str] = Counter()
    found = []
    for topic, (key, value, headers) in encoded:
        found.append(Record(topic, 0, offsets[topic], TIME, key, value, tuple(headers)))
        offsets[topic] += 1
    return found


def all_out(sources: Sources) -> Out:
    """When all of it was folded and published."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(EXPORT_STATISTICS, Path(folder), 1, 0)
        sources.fold_all(ledger)
        out = Out.after(ledger.unpublished())
        ledger.close()
    return out


async def make_recording(
    path: Path,
    records: Sequence[Record],
    names: Sequence[str] = INPUT_NAMES,
    asked: Asked | None = None,
    start: int = 0,
) -> Path:
    """A folder with these topics, of 12 partitions; they begin at offset `start`."""
    layout = layout_for(path, None)
    layout.folder.mkdir(parents=True)
    manifest = Manifest(
        asked=asked or Asked(topics=list(names)),
        compression=layout.compression,
        cluster="cluster",
        started=datetime(2026, 1, 1, tzinfo=UTC),
        topics=[
            TopicRange(name=name, settings={}, partitions=list(_ranges(name, records, start)))
            for name in names
        ],
        parts=[Part(file=layout.part_of(name), topics=[name]) for name in names],
    )
    await fill(layout, manifest, lambda ranges: _source(records, ranges), lambda _: None)
    manifest.complete = True
    manifest.save(layout.manifest)
    return path


def _ranges(name: str, records: Sequence[Record], start: int) -> Iterator[Range]:
    places = by_place(records)
    for number in range(12):
        found = places.get((name, number), [])
        yield Range(partition=number, start=start, end=max(start, len(found)))


async def _source(records: Sequence[Record], ranges: Ranges) -> AsyncIterator[Record]:
    for record in records:
        first, end = ranges.get(record.place, (0, 0))
        if first <= record.offset < end:
            yield record


def story() -> Sources:
    """Exports, one of them lost, and an invoice that falls due and is not paid."""
    sources = Sources().with_terms().close(1)
    exports = sources.logs[EXPORTS_SHIPMENTS.name]
    for number in range(5):
        exports.append(first(number), 1, exported(goods(100 + number), number=str(number)))
    exports.append(first(0), 2, lost())
    sources.orders.append(first("order"), 1, invoice(due=2))
    for number in range(2, 15):
        sources.close(number)
    return sources


async def verified(path: Path, folder: Path, generation: int | None = None) -> Verification:
    with Progress(disable=True) as progress:
        return await verified_recording(
            open_recording(path), None, generation, folder, progress, EXPORT_METRICS
        )
