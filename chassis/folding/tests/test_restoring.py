"""Which snapshot takes the place of a lost ledger, and what is said of it."""

import dataclasses
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from structlog.testing import capture_logs

from chassis.folding.fold import Fold
from chassis.folding.ledger import snapshots, snapshotting
from chassis.folding.ledger.logs import LogId
from chassis.folding.running import opening, restoring
from chassis.folding.running.identity import Folded, Strange
from chassis.folding.settings import FoldSettings
from chassis.folding.tests.dying import PARTITION, contents, fold_batches, opened, path_of
from chassis.folding.tests.toy import COUNTING, COUNTS
from chassis.metrics import METRICS
from contracts.problem import Problem

OUTCOMES = ("set_aside", "snapshot_refused", "restored", "made_new")


def counted(outcome: str) -> float:
    return float(METRICS.ledgers.labels(COUNTING.name, outcome)._value.get())


class Broker:
    """What it says of the logs; by it those that were folded beyond `end` are strange."""

    def __init__(self) -> None:
        self.end = 1_000

    async def log_ids(self, _: str, topics: Collection[str]) -> dict[str, LogId]:
        return {topic: LogId("a cluster", "0" * 32) for topic in topics}

    async def strange_logs(
        self, _: str, folded: Iterable[Folded], ids: Mapping[str, LogId]
    ) -> Strange:
        assert ids.keys() == {COUNTS.name}
        return {
            TopicPartition(COUNTS.name, PARTITION): Problem("offset_not_in_log", "", "cut")
            for one in folded
            if one.inputs[COUNTS.name].next_offset > self.end
        }


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    found = Broker()
    monkeypatch.setattr(restoring, "log_ids", found.log_ids)
    monkeypatch.setattr(restoring, "strange_logs", found.strange_logs)
    return found


@pytest.fixture
def settings(tmp_path: Path) -> FoldSettings:
    return FoldSettings(data=tmp_path / "data", snapshots=tmp_path / "snapshots")


@pytest.fixture
def folder(settings: FoldSettings) -> Path:
    """Of three snapshots, of the batches 1 to 3; the ledger went on to batch 4."""
    folder = snapshots.folder_of(path_of(settings.snapshots_folder))
    with closing(opened(settings.data)) as ledger:
        for batch in range(1, 4):
            fold_batches(ledger, batch, batch)
            frozen = snapshotting.freeze(ledger)
            snapshotting.write(frozen, folder, 3, lambda: False)
            frozen.release()
        fold_batches(ledger, 4, 4)
    return folder


async def outcome(
    settings: FoldSettings, fold: Fold = COUNTING, partition: int = PARTITION
) -> tuple[int, dict[str, float]]:
    """The last batch of the ledger that is opened, and what was counted."""
    before = {each: counted(each) for each in OUTCOMES}
    ledger = await opening.open_ledger(fold, settings, 1, partition)
    with closing(ledger):
        batch = ledger.batch
    return batch, {each: more for each in OUTCOMES if (more := counted(each) - before[each])}


def delete(path: Path) -> None:
    path.unlink()


def zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


@pytest.mark.usefixtures("folder")
async def test_a_sound_ledger_needs_no_snapshot(settings: FoldSettings) -> None:
    assert await outcome(settings) == (4, {})


@pytest.mark.parametrize("lose", [delete, zero])
async def test_the_newest_takes_the_place_of_one_that_is_lost(
    settings: FoldSettings, folder: Path, broker: Broker, lose: Callable[[Path], None]
) -> None:
    lose(path_of(settings.data))

    assert await outcome(settings) == (3, {"set_aside": 1, "restored": 1})


async def test_a_machine_that_is_new_takes_what_another_one_left(
    settings: FoldSettings, folder: Path, broker: Broker
) -> None:
    shutil.rmtree(settings.data)

    with capture_logs() as said:
        assert await outcome(settings) == (3, {"restored": 1})

    assert [(each["log_level"], each["offsets"]) for each in said] == [
        ("warning", {COUNTS.name: 7})
    ]


async def test_of_those_that_are_damaged_the_next_older_one_is_taken(
    settings: FoldSettings, folder: Path, broker: Broker
) -> None:
    delete(path_of(settings.data))
    zero(folder / "000003" / snapshots.DATABASE)
    delete(folder / "000002" / snapshots.MANIFEST)

    found = await outcome(settings)

    assert found == (1, {"set_aside": 1, "snapshot_refused": 2, "restored": 1})


async def test_of_those_beyond_the_log_the_next_older_one_is_taken(
    settings: FoldSettings, folder: Path, broker: Broker
) -> None:
    delete(path_of(settings.data))
    broker.end = 5

    found = await outcome(settings)

    assert found == (2, {"set_aside": 1, "snapshot_refused": 1, "restored": 1})


def give(folder: Path, partition: int) -> None:
    """Have the snapshots be found for another partition."""
    folder.rename(folder.with_name(f"p{partition:02d}.snapshots"))


ANOTHER = dataclasses.replace(COUNTING, fingerprint="counts/2")


@pytest.mark.parametrize(("fold", "partition"), [(COUNTING, PARTITION + 1), (ANOTHER, PARTITION)])
async def test_where_none_can_be_used_it_is_folded_from_the_beginning(
    settings: FoldSettings, folder: Path, broker: Broker, fold: Fold, partition: int
) -> None:
    shutil.rmtree(settings.data)
    give(folder, partition)

    found = await outcome(settings, fold, partition)

    assert found == (0, {"snapshot_refused": 3, "made_new": 1})


async def test_without_any_the_broker_is_not_asked(settings: FoldSettings) -> None:
    assert await outcome(settings) == (0, {"made_new": 1})


async def test_what_is_restored_goes_on_to_what_was_lost(
    settings: FoldSettings, folder: Path, broker: Broker
) -> None:
    with closing(opened(settings.data)) as lost:
        whole = contents(lost)
    delete(path_of(settings.data))

    with closing(await opening.open_ledger(COUNTING, settings, 1, PARTITION)) as ledger:
        fold_batches(ledger, 4, 4)
        assert contents(ledger) == whole
