"""What becomes of partitions that were opened when another could not be."""

from pathlib import Path

import pytest
from aiokafka import TopicPartition

from chassis.folding.fold import Fold
from chassis.folding.ledger.files import LedgerMismatchError
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.publisher import Publisher
from chassis.folding.running import process
from chassis.folding.running.process import Folding
from chassis.folding.settings import FoldSettings
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import GENERATION
from services.export_metrics.tests.events import TOPIC
from services.export_metrics.tests.test_publisher import SETTINGS, Broker


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
