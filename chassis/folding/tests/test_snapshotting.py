"""When a snapshot is due, and that a fold goes on whatever becomes of it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from chassis.folding.ledger import snapshots
from chassis.folding.ledger import snapshotting as taking
from chassis.folding.ledger.states import StatesError
from chassis.folding.ledger.store import Ledger
from chassis.folding.running.snapshotting import RETRY_SECONDS, Snapshotting
from chassis.folding.settings import FoldSettings
from chassis.folding.tests.dying import PARTITION, fold_batches, opened, path_of
from chassis.folding.tests.toy import COUNTING
from chassis.metrics import METRICS

MINUTES = 10.0
HOUR = 3_600.0


@pytest.fixture
def settings(tmp_path: Path) -> FoldSettings:
    """After ten records, or ten minutes. A batch has two, and the first one three."""
    return FoldSettings(data=tmp_path, snapshot_records=10, snapshot_minutes=MINUTES)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(opened(tmp_path)) as ledger:
        yield ledger


def batches(folder: Path) -> list[int]:
    """The last batch of each snapshot, the newest first."""
    found = snapshots.numbered(snapshots.folder_of(path_of(folder)))
    return [snapshots.manifest_of(each).batch for each in found]


async def written(snapshotting: Snapshotting) -> None:
    if snapshotting._writing is not None:
        await snapshotting._writing


async def test_one_is_due_after_so_many_records(ledger: Ledger, settings: FoldSettings) -> None:
    snapshotting = Snapshotting(COUNTING, settings)

    for batch in range(1, 12):
        fold_batches(ledger, batch, batch)
        snapshotting.take_due([ledger], 0.0)
        await written(snapshotting)

    assert batches(settings.data) == [10, 5]  # 21 and 11 records


async def test_one_is_due_after_a_time_if_there_was_anything(
    ledger: Ledger, settings: FoldSettings
) -> None:
    snapshotting = Snapshotting(COUNTING, settings)
    fold_batches(ledger, 1, 1)

    for seconds in (0.0, 60 * MINUTES - 1, 60 * MINUTES, 2 * HOUR):
        snapshotting.take_due([ledger], seconds)
        await written(snapshotting)

    assert batches(settings.data) == [1]


async def test_a_process_goes_on_from_the_newest_of_the_one_before(
    ledger: Ledger, settings: FoldSettings
) -> None:
    for batch in range(1, 8):
        fold_batches(ledger, batch, batch)
        snapshotting = Snapshotting(COUNTING, settings)
        snapshotting.take_due([ledger], 0.0)
        await written(snapshotting)

    assert batches(settings.data) == [5]


async def test_of_several_the_one_with_most_records_comes_first(
    ledger: Ledger, settings: FoldSettings, tmp_path: Path
) -> None:
    snapshotting = Snapshotting(COUNTING, settings)
    with closing(opened(tmp_path, PARTITION + 1)) as other:
        fold_batches(other, 1, 6)
        fold_batches(ledger, 1, 5)

        snapshotting.take_due([ledger, other], 0.0)
        assert snapshotting._partition == other.partition
        snapshotting.take_due([ledger, other], 0.0)  # one at a time
        await written(snapshotting)
        assert batches(settings.data) == []
        snapshotting.take_due([ledger, other], 0.0)
        await written(snapshotting)
        assert batches(settings.data) == [5]


async def test_none_is_taken_where_none_is_kept(ledger: Ledger, tmp_path: Path) -> None:
    none = FoldSettings(data=tmp_path, snapshot_records=1, snapshots_kept=0)
    snapshotting = Snapshotting(COUNTING, none)
    fold_batches(ledger, 1, 1)

    snapshotting.take_due([ledger], HOUR)

    assert snapshotting._writing is None


@pytest.mark.parametrize("part", ["freeze", "write"])
async def test_one_that_fails_is_counted_and_tried_again_later(
    ledger: Ledger, settings: FoldSettings, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def fails(*_: object) -> None:
        raise StatesError("no space") if part == "freeze" else OSError("no space")

    failed = METRICS.snapshots.labels(COUNTING.name, "failed")._value
    before = failed.get()
    snapshotting = Snapshotting(COUNTING, settings)
    fold_batches(ledger, 1, 5)

    with monkeypatch.context() as patched:
        patched.setattr(taking, part, fails)
        for seconds in (0.0, RETRY_SECONDS - 1):
            snapshotting.take_due([ledger], seconds)
            await written(snapshotting)
    assert (failed.get() - before, batches(settings.data)) == (1, [])

    snapshotting.take_due([ledger], RETRY_SECONDS)
    await written(snapshotting)
    assert batches(settings.data) == [5]


async def test_a_partition_that_is_taken_away_is_not_waited_for(
    ledger: Ledger, settings: FoldSettings
) -> None:
    snapshotting = Snapshotting(COUNTING, settings)
    fold_batches(ledger, 1, 5)

    snapshotting.take_due([ledger], 0.0)
    await snapshotting.stop({PARTITION})

    assert batches(settings.data) == []
    assert not path_of(settings.data).with_suffix(".checkpoint").exists()
    snapshotting.take_due([ledger], 0.0)  # it comes back
    await written(snapshotting)
    assert batches(settings.data) == [5]
