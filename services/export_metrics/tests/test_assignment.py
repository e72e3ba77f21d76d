"""What becomes of partitions that were opened when another could not be."""

from pathlib import Path

import pytest
from aiokafka import TopicPartition

from services.export_metrics.folding import process
from services.export_metrics.folding.process import Folding
from services.export_metrics.ledger.files import LedgerMismatchError
from services.export_metrics.ledger.store import Ledger
from services.export_metrics.publishing.publisher import Publisher
from services.export_metrics.settings import ExportMetricsSettings
from services.export_metrics.tests.events import TOPIC
from services.export_metrics.tests.test_publisher import SETTINGS, Broker


async def test_when_one_cannot_be_opened_the_others_are_let_go_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = Broker()

    async def opens(_: ExportMetricsSettings, number: int) -> tuple[Ledger, Publisher]:
        if number == 1:
            raise LedgerMismatchError("another's")
        ledger = Ledger(tmp_path, 1, number)
        return ledger, Publisher(ledger, SETTINGS, broker.producer, broker.read_cursor)

    monkeypatch.setattr(process, "open_partition", opens)
    folding = Folding(SETTINGS)

    await folding.on_partitions_assigned([TopicPartition(TOPIC, 0), TopicPartition(TOPIC, 1)])

    assert folding.partitions == {}
    Ledger(tmp_path, 1, 0).close()  # raises while another holds its lock
