"""What becomes of partitions that were opened when another could not be."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiokafka import TopicPartition

from chassis.folding.fold import Fold
from chassis.folding.ledger.files import LedgerMismatchError
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.publisher import Publisher
from chassis.folding.running import process
from chassis.folding.running.process import Folding
from chassis.folding.running.standing import show_roles
from chassis.folding.settings import FoldSettings
from chassis.metrics import METRICS
from contracts.problem import Problem
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import GENERATION
from services.export_metrics.tests.events import TOPIC
from services.export_metrics.tests.test_fold_properties import fold_into
from services.export_metrics.tests.test_publisher import LOG, SETTINGS, Broker


async def test_when_one_cannot_be_opened_the_others_are_let_go_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = Broker()

    async def opens(
        _fold: Fold, _settings: FoldSettings, _generation: int, number: int
    ) -> tuple[Ledger, Publisher]:
        if number == 1:
            raise LedgerMismatchError("another's")
        ledger = Ledger(EXPORT_STATISTICS, tmp_path, 1, number)
        return ledger, Publisher(ledger, SETTINGS, broker)

    monkeypatch.setattr(process, "open_partition", opens)
    folding = Folding(EXPORT_STATISTICS, SETTINGS, GENERATION)

    await folding.on_partitions_assigned([TopicPartition(TOPIC, 0), TopicPartition(TOPIC, 1)])

    assert folding.partitions == {}
    Ledger(EXPORT_STATISTICS, tmp_path, 1, 0).close()  # raises while another holds its lock


class Member:
    """The part of a consumer that an assignment needs."""

    def __init__(self) -> None:
        self.paused: list[TopicPartition] = []

    def seek(self, _at: TopicPartition, _offset: int) -> None:
        """It reads nothing."""

    def pause(self, *at: TopicPartition) -> None:
        self.paused += at


async def test_a_ledger_of_another_log_says_nothing_of_what_it_has_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brokers = {number: Broker() for number in (3, 4)}
    member = Member()

    async def opens(*parts: Any) -> tuple[Ledger, Publisher]:
        number: int = parts[-1]
        ledger = Ledger(EXPORT_STATISTICS, tmp_path, 1, number)
        fold_into(ledger, LOG, 0, 3)
        return ledger, Publisher(ledger, SETTINGS, brokers[number])

    async def strange(*_: object) -> dict[TopicPartition, Problem]:
        return {TopicPartition(TOPIC, 4): Problem("topic_is_another", "", "made anew")}

    monkeypatch.setattr(process, "open_partition", opens)
    monkeypatch.setattr(process, "check_logs", strange)
    folding = Folding(EXPORT_STATISTICS, SETTINGS, GENERATION)
    monkeypatch.setattr(folding, "_member", lambda: member)

    await folding.on_partitions_assigned([TopicPartition(TOPIC, 3), TopicPartition(TOPIC, 4)])
    await brokers[3].transactions(1)
    problems = folding.problems()
    show_roles(EXPORT_STATISTICS, folding.partitions.values())
    shown = roles()
    await folding.on_partitions_revoked([TopicPartition(TOPIC, 3), TopicPartition(TOPIC, 4)])

    assert member.paused == [TopicPartition(TOPIC, 4)]
    assert (brokers[4].started, brokers[4].committed) == (0, [])
    assert [p for p in problems if "made anew" in p] != []
    assert shown == {"in_charge": 1, "halted": 1}


async def test_one_that_cannot_be_a_member_is_in_charge_of_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No turn comes to show it."""
    METRICS.partitions_folded.labels(EXPORT_STATISTICS.name, "in_charge").set(12)

    def fails(*_: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(process, "new_consumer", fails)
    folding = asyncio.create_task(Folding(EXPORT_STATISTICS, SETTINGS, GENERATION).run())
    await asyncio.sleep(0)
    folding.cancel()

    assert roles() == {}


def roles() -> dict[str, int]:
    """The gauge, but for roles that no partition has."""
    samples = [s for family in METRICS.partitions_folded.collect() for s in family.samples]
    ours = [s for s in samples if s.labels["service"] == EXPORT_STATISTICS.name]
    return {s.labels["role"]: int(s.value) for s in ours if s.value}
