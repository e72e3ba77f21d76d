"""Ledgers without a process: what they say of records that are folded into them."""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from aiokafka import TopicPartition

from chassis.folding.batch import BatchFold
from chassis.folding.fold import Fold
from chassis.folding.ledger import files, rows, snapshots
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.log import reading, records
from chassis.folding.publishing.outputs import Outputs
from chassis.folding.reading.record import InputReader, PutAside
from chassis.folding.verifying import comparison
from contracts.event import Event
from contracts.export_metrics import RiskTriggerConstituted, RiskTriggerSuperseded
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import GENERATION, SERVICE
from services.export_metrics.tests import cells
from services.export_metrics.tests.events import FakeRecord, Log

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - hundreds of ledgers a second
Step = tuple[str, int]
"""A topic, and how many of its records are the next batch."""


class Folded(NamedTuple):
    """What a ledger says. `totals` are those of all kinds of cells, without what came to nothing;
    triggers are sorted, `holds` has its topics.

    `everything` holds the rows themselves, of what is published and what waits.
    """

    totals: dict[tuple[Any, ...], tuple[Any, ...]]
    triggers: list[tuple[Any, ...]]
    holds: set[tuple[Any, ...]]
    parked: dict[tuple[str, str], int]
    ahead: int
    everything: tuple[Any, ...]


def ledger_path(data: Path, generation: int, partition: int) -> Path:
    return files.ledger_path(data, SERVICE, generation, partition)


def snapshots_of(data: Path, generation: int, partition: int) -> list[Path]:
    """The newest first; each has a manifest and a database of these names."""
    return snapshots.numbered(snapshots.folder_of(ledger_path(data, generation, partition)))


MANIFEST, DATABASE = snapshots.MANIFEST, snapshots.DATABASE


def opened(data: Path, partition: int) -> Ledger:
    """The ledger of a partition in this folder."""
    return Ledger(EXPORT_STATISTICS, data, GENERATION, partition)


def counted(ledger: Ledger) -> int:
    """How many shipments its figures have."""
    return sum(row.measures[-1] or 0 for row in cells.exports(ledger.contributions()))


def fold_batch(
    ledger: Ledger, topic: str, records: Sequence[FakeRecord], part: int | None = None
) -> None:
    prepared(ledger, topic, records, part)()


def prepared(
    ledger: Ledger, topic: str, records: Sequence[FakeRecord], part: int | None = None
) -> Callable[[], None]:
    """One batch, folded as the process does it and yet to be committed.

    It is read and folded in parts of so many records.
    """
    reader = InputReader(
        ledger.fold, next(each for each in ledger.fold.inputs if each.name == topic)
    )
    batch = BatchFold(ledger.fold, ledger.input(topic).closed_through)
    left = iter(records)
    while read := list(islice(left, part)):
        items: list[tuple[int, Any]] = []
        for record, found in zip(read, reader.read(read), strict=True):
            item: Any = found.unread if isinstance(found, PutAside) else found
            if item is not None:
                items.append((record.offset, item))
        batch.fold(items, ledger.known(topic, [item for _, item in items]))
    return lambda: ledger.commit(topic, records[-1].offset + 1, batch.changes)


def folded(
    logs: Mapping[str, Log],
    steps: Iterable[Step] = (),
    *,
    reopening: bool = False,
    part: int | None = None,
) -> Folded:
    """Fold these batches, then each topic's rest at once, in a ledger of its own.

    Each batch in parts of so many records.
    """
    at = dict.fromkeys(logs, 0)
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        ledger = opened(Path(folder), 0)
        for topic, number in [*steps, *((topic, len(log.records)) for topic, log in logs.items())]:
            if records := logs[topic].records[at[topic] : at[topic] + number]:
                fold_batch(ledger, topic, records, part)
                at[topic] += len(records)
                if reopening:
                    ledger.close()
                    ledger = opened(Path(folder), 0)
        found = _contents(ledger)
        ledger.close()
    return found


def outputs_digest(logs: Mapping[str, Sequence[FakeRecord]], fold: Fold = EXPORT_STATISTICS) -> str:
    """The digest of all that is said of these logs, as `zarbia verify` makes it."""
    return comparison.digest([{key: value for key, (_, value) in outputs(logs, fold).items()}])


def outputs(logs: Mapping[str, Sequence[FakeRecord]], fold: Fold) -> dict[str, tuple[str, bytes]]:
    """The name and the data of all that is said of these logs, by its id."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        ledger = Ledger(fold, Path(folder), GENERATION, 0)
        for topic, written in logs.items():
            fold_batch(ledger, topic, written)
        unpublished = ledger.unpublished()
        said: dict[str, tuple[str, bytes]] = {}
        for _, record in Outputs(ledger.fold, GENERATION, 0).encode(unpublished, unpublished.said):
            headers = {name: value.decode() for name, value in record.headers}
            said[headers["ce_id"]] = headers["ce_type"].split(".")[-2], record.value
        ledger.close()
    return said


def _contents(ledger: Ledger) -> Folded:
    contributions = sorted(ledger.contributions(), key=repr)
    unpublished, held = ledger.unpublished(), ledger.held_keys()
    totals = {
        (*row.cell, date.fromisoformat(row.day)): row.measures
        for row in contributions
        if any(row.measures)
    }
    everything = (contributions, sorted(unpublished.said, key=repr), held, unpublished.closings)
    return Folded(
        totals,
        sorted(map(_trigger, unpublished.said), key=repr),
        {(h.topic, *h.hold[:4], h.hold.reason == "conflict", h.hold.since) for h in held},
        {(h.topic, h.hold.key): h.waiting for h in held},
        ledger.ahead,
        everything,
    )


_DECISIONS = {kind.__name__: kind for kind in EXPORT_STATISTICS.decisions}


def _trigger(row: rows.SaidRow) -> tuple[Any, ...]:
    event: Any = _DECISIONS[row.kind].model_validate_json(row.event)
    if isinstance(event, RiskTriggerConstituted):
        kind, what = "+", str(event.exposed_mad_centimes)
    else:
        kind, what = "~" if isinstance(event, RiskTriggerSuperseded) else "-", event.reason
    return kind, event.rule, event.subject, event.episode, what, event.knowledge_day


async def decided(fold: Fold, kafka: str, number: int, data: Path) -> list[Event]:
    """All that a fold decides in a partition, in its order, by folding the log from zero."""
    ledger = Ledger(fold, data, GENERATION, number)
    kinds = {kind.__name__: kind for kind in fold.decisions}
    try:
        async with reading(kafka) as consumer:
            for topic in fold.inputs:
                at = TopicPartition(topic.name, number)
                log = [record async for record in records(consumer, at)]
                read = InputReader(fold, topic).read(log)
                items: list[tuple[int, Any]] = [
                    (record.offset, item.unread if isinstance(item, PutAside) else item)
                    for record, item in zip(log, read, strict=True)
                ]
                known = ledger.known(topic.name, [item for _, item in items])
                changes = BatchFold(fold, known.closed_through).fold(items, known)
                ledger.commit(topic.name, log[-1].offset + 1, changes)
        return [kinds[row.kind].model_validate_json(row.event) for row in ledger.said()]
    finally:
        ledger.close()
