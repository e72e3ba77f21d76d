"""What is taken for ours without a look at whose it is does the damage that a look prevents."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.folding.tests import dying, keeping
from contracts.export_metrics import ExporterCell, ExporterContribution
from tests.faults.adapter import (
    DATABASE,
    EXPORT_STATISTICS,
    GENERATION,
    GUARDS,
    LOG,
    Deciding,
    FakeRecord,
    Ledger,
    LedgerMismatchError,
    Nation,
    UnsoundSnapshotError,
    counted,
    events,
    fold_batch,
    national,
    opened,
)
from tests.faults.guarded import guarded, raising


@guarded
def test_a_ledger_is_that_of_its_fold(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fold by which nothing counts would go on from what counted by the former one."""
    if not guarded:
        monkeypatch.setattr(*GUARDS["a ledger is that of its fold"])
    former = opened(tmp_path, 3)
    fold_batch(former, LOG.topic.name, LOG.records[:2])
    former.close()
    changed = replace(
        EXPORT_STATISTICS, fingerprint="none", evolve=lambda state, *_: (state, (), ())
    )

    refused = raising(LedgerMismatchError, when=guarded)
    with refused, closing(Ledger(changed, tmp_path, GENERATION, 3)) as ledger:
        assert counted(ledger) == 1


@guarded
def test_a_snapshot_has_the_files_that_it_had(
    guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the database of an older one, its states have placed what that has not counted."""
    if not guarded:
        monkeypatch.setattr(*GUARDS["a snapshot has the files that it had"])
    ours, undisturbed = keeping.folder_in(tmp_path), dying.undisturbed(tmp_path / "two", 2)
    with closing(dying.opened(tmp_path)) as ledger:
        dying.fold_batches(ledger, 1, 1)
        older = keeping.taken(ledger, ours)
        dying.fold_batches(ledger, 2, 2)
        newer = keeping.taken(ledger, ours)
    (newer / DATABASE).write_bytes((older / DATABASE).read_bytes())

    refused = raising(UnsoundSnapshotError, when=guarded)
    with refused, closing(keeping.restored(newer, tmp_path / "new")) as restored:
        dying.fold_batches(restored, 2, 2)
        assert dying.contents(restored) != undisturbed


class Statistics:
    """Topics of which one record of each is read at a time."""

    def __init__(self, logs: Sequence[Sequence[FakeRecord]]) -> None:
        self._logs = logs
        self._read = 0

    def assign(self, _: object) -> None:
        """As a consumer."""

    async def seek_to_beginning(self, *_: object) -> None:
        """As a consumer."""

    async def end_offsets(self, at: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {each: len(self._logs[each.partition]) for each in at}

    async def position(self, at: TopicPartition) -> int:
        return min(self._read, len(self._logs[at.partition]))

    async def getmany(self, **_: object) -> dict[TopicPartition, list[FakeRecord]]:
        self._read += 1
        return {
            TopicPartition("statistics", number): [log[self._read - 1]]
            for number, log in enumerate(self._logs)
            if len(log) >= self._read
        }


def exporter(partition: int, name: str) -> FakeRecord:
    cell = ExporterCell(
        month="2026-01",
        exporter=events.uuid_of(name),
        region="MA-03",
        exporter_kind="artisan",
        women_led="yes",
    )
    counts = {"fob_mad_centimes": 100, "shipments": 1}
    of_day: dict[str, Any] = {"generation": 1, "partition": partition, "knowledge_day": DAY}
    return national.record(
        partition, ExporterContribution.model_validate(of_day | counts | {"cell": cell})
    )


DAY: date = national.day_of(1)


@guarded
async def test_the_nation_decides_nothing_before_it_has_read_all(
    guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was told again stands where it was told last, behind the closing of its day."""
    if not guarded:
        monkeypatch.setattr(*GUARDS["the nation decides nothing before it has read all"])
    closings = [national.record(n, national.closing(n, 1, 1)) for n in range(national.PARTITIONS)]
    logs = [
        [exporter(0, "a"), closings[0]],
        [closings[1]],
        [closings[2], closings[2], exporter(2, "b")],
    ]
    nation = Nation(national.FOLD, 1)
    decided: list[Any] = []
    turns: Iterator[bool] = iter([True] * 9)
    deciding = Deciding(national.FOLD, "", 1, lambda: next(turns, False))

    async def publish(_: object, due: Iterator[Any]) -> None:
        decided.extend(due)

    monkeypatch.setattr(deciding, "_publish", publish)
    await deciding._follow(nation, cast("AIOKafkaConsumer", Statistics(logs)), cast("Any", None))
    nation.close()

    counted = [record.value for each in decided if each.number == 0 for record in each.records]
    assert any(b'"exporters":2' in value for value in counted) is guarded
