"""Of a ledger that was folded from another log nothing is said, whatever it was about to say."""

import asyncio
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from chassis.folding.ledger.logs import LogId
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.publisher import Publisher
from chassis.folding.running.partition import Partition
from chassis.folding.running.process import Folding
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests.events import TOPIC
from services.export_metrics.tests.generations import (
    LOG,
    GenerationBus,
    SharedBroker,
    generation,
    until,
)
from services.export_metrics.tests.test_fold_properties import fold_into
from services.export_metrics.tests.test_publisher import SETTINGS, publishing


async def test_one_that_is_halted_while_it_reads_what_was_told_does_not_take_over(
    tmp_path: Path,
) -> None:
    """The former one, whose ledger may be sound, would have no way back."""
    broker = SharedBroker()
    bus = GenerationBus(broker, 2)
    async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3):
        await until(lambda: len(broker.committed) > 0)
    async with generation(EXPORT_STATISTICS, tmp_path, bus, 3) as (second, _):

        async def halted() -> None:
            second.halt("the log was cut")

        bus.before_said = halted
        second.take_over()
        await until(lambda: second.problem == "the log was cut")

    cursor = await bus.read_cursor(1)
    assert cursor is not None
    assert cursor.successor is None


async def test_of_a_log_that_is_another_nothing_more_is_said(tmp_path: Path) -> None:
    broker = SharedBroker()
    ledger = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3)
    fold_into(ledger, LOG, 0, 3)

    async with publishing(ledger, GenerationBus(broker, 1)) as publisher:
        publisher.halt("the log was made anew")  # before it had a turn
        await asyncio.sleep(0.05)
        problem = publisher.problem

    assert (problem, broker.committed, broker.started) == ("the log was made anew", [], 0)


@pytest.mark.parametrize(("now", "said"), [("a", 2), ("b", 1)], ids=["the same", "another"])
async def test_a_lost_ledger_is_not_folded_anew_from_another_log(
    tmp_path: Path, now: str, said: int
) -> None:
    """What was published would stay beside what the other log says."""
    broker = SharedBroker()
    for folder, id_, folded in (("lost", "a", 3), ("new", now, 4)):
        ledger = Ledger(EXPORT_STATISTICS, tmp_path / folder, 1, 3)
        ledger.logs.note({LOG.topic.name: LogId("Zs78yXxeRfhddMPR0YsCeg", id_ * 32)})
        fold_into(ledger, LOG, 0, folded)
        async with publishing(ledger, GenerationBus(broker, 1)) as publisher:
            await until(partial(_is_out_or_halted, publisher))

    assert len(broker.committed) == said


def _is_out_or_halted(publisher: Publisher) -> bool:
    return publisher.is_out(TOPIC, 2) or "made anew" in (publisher.problem or "")


async def test_halted_between_two_publications_it_says_no_more(tmp_path: Path) -> None:
    broker = SharedBroker()
    async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3) as (
        one,
        ledger,
    ):
        await until(lambda: len(broker.committed) > 0)
        one.halt("the log was cut")
        fold_into(ledger, LOG, 3, 4)
        one.wake()
        await until(lambda: one.problem == "the log was cut")
        before = len(broker.committed)

    assert len(broker.committed) == before == 1


async def test_of_a_ledger_whose_published_figures_are_of_another_log_no_snapshot_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would push out an older one, which may be sound."""
    broker = SharedBroker()
    ledgers = [Ledger(EXPORT_STATISTICS, tmp_path / id_, 1, 3) for id_ in "ab"]
    folding, snapshotting = Folding(EXPORT_STATISTICS, SETTINGS, 1), NoSnapshots()
    monkeypatch.setattr(folding, "_snapshotting", snapshotting)
    monkeypatch.setattr(folding, "_lag_shown", math.inf)
    for ledger, id_ in zip(ledgers, "ab", strict=True):
        ledger.logs.note({LOG.topic.name: LogId("Zs78yXxeRfhddMPR0YsCeg", id_ * 32)})
        fold_into(ledger, LOG, 0, 3)
        async with publishing(ledger, GenerationBus(broker, 1)) as publisher:
            await until(partial(_is_out_or_halted, publisher))
            folding.partitions = {3: Partition(ledger, publisher, folding._put_aside)}
            await folding._turn(NoRecords())

    assert snapshotting.taken == ["a"]


async def test_no_snapshot_is_taken_before_it_is_known_what_is_out(tmp_path: Path) -> None:
    ledger = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3)
    publisher = Publisher(ledger, SETTINGS, GenerationBus(SharedBroker(), 1))

    partition = Partition(ledger, publisher, Folding(EXPORT_STATISTICS, SETTINGS, 1)._put_aside)

    assert (partition.standing, partition.is_sound) == ("unknown", False)
    ledger.close()


class NoRecords:
    """The part of a consumer that a turn without records needs."""

    async def getmany(self, **_: object) -> dict[object, object]:
        return {}


@dataclass
class NoSnapshots:
    """Notes of which logs the ledgers are that snapshots would be taken of."""

    taken: list[str] = field(default_factory=list)

    def take_due(self, ledgers: Iterable[Ledger], _: float) -> None:
        self.taken += [ledger.logs[LOG.topic.name].topic[0] for ledger in ledgers]
