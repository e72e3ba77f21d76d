"""What becomes of a batch in which not everything is plain."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.publisher import Publisher
from chassis.folding.reading.record import InputReader
from chassis.folding.running.partition import Partition
from chassis.reader.outcome import Broken
from chassis.reader.quarantine import Record
from contracts.topics import EXPORTS_SHIPMENTS
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import ExportMetricsSettings
from services.export_metrics.tests.events import TOPIC, Log, exported, goods, uuid_of
from services.export_metrics.tests.test_publisher import Broker

LOG = Log().opened()
for _number in range(1, 4):
    LOG.append(uuid_of(_number), 1, exported(goods(_number)))
RECORDS = LOG.records
READER = InputReader(EXPORT_STATISTICS, EXPORTS_SHIPMENTS)


class Aside:
    """A quarantine that notes how far the ledger was when it got a record, or fails."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.got: list[tuple[int, str, int]] = []
        self.fails = False

    async def put(self, record: Record, broken: Broken) -> None:
        if self.fails:
            raise ConnectionError("no broker")
        next_offset = self.ledger.input(TOPIC).next_offset
        self.got.append((record.offset, broken.problems[0].code, next_offset))


@pytest.fixture
def aside(tmp_path: Path) -> Aside:
    return Aside(Ledger(EXPORT_STATISTICS, tmp_path, 1, 3))


@pytest.fixture
async def partition(aside: Aside) -> AsyncIterator[Partition]:
    broker = Broker()
    settings = ExportMetricsSettings(publish_pause=0.001)
    publisher = Publisher(aside.ledger, settings, broker.producer, broker.read_cursor)
    under_test = Partition(aside.ledger, publisher, aside.put)
    await asyncio.sleep(0)
    yield under_test
    await under_test.close()


async def fold(partition: Partition, *records: Record) -> int:
    await partition.fold(TOPIC, READER, records)
    partition.commit(TOPIC, behind=False)
    return partition.next_offset(TOPIC)


def booked(partition: Partition) -> int:
    return sum(row.measures[0] or 0 for row in partition.ledger.contributions())


async def test_a_broken_record_is_put_aside_before_the_ledger_moves_past_it(
    partition: Partition, aside: Aside
) -> None:
    broken = replace(RECORDS[2], value=b"{}")

    next_offset = await fold(partition, RECORDS[0], RECORDS[1], broken, RECORDS[3])

    assert aside.got == [(2, "field_missing", 0)]
    assert next_offset == partition.ledger.input(TOPIC).next_offset == 4
    assert booked(partition) == 1 + 3


async def test_when_the_quarantine_fails_nothing_is_folded(
    partition: Partition, aside: Aside
) -> None:
    aside.fails = True

    with pytest.raises(ConnectionError):
        await fold(partition, *RECORDS[:3], replace(RECORDS[3], value=b"{}"))

    assert partition.ledger.input(TOPIC).next_offset == 0


async def test_a_newer_version_stops_the_partition_where_it_stands(partition: Partition) -> None:
    newer = tuple(
        (name, value.replace(b".v1", b".v2") if name == "ce_type" else value)
        for name, value in RECORDS[2].headers
    )

    next_offset = await fold(
        partition, *RECORDS[:2], replace(RECORDS[2], headers=newer), RECORDS[3]
    )

    assert next_offset == partition.ledger.input(TOPIC).next_offset == 2
    assert "is newer than this reader" in partition.stopped[TOPIC]
    assert booked(partition) == 1


async def test_a_topic_without_an_opening_marker_is_not_folded(partition: Partition) -> None:
    next_offset = await fold(partition, *RECORDS[1:])

    assert next_offset == 0
    assert "before the opening day marker" in partition.stopped[TOPIC]
    assert booked(partition) == 0


async def test_a_conflicting_event_is_put_aside_too_and_holds_its_key(
    partition: Partition, aside: Aside
) -> None:
    log = Log().opened().append(uuid_of(1), 1, exported(goods(1)))
    log.append(uuid_of(1), 1, exported(goods(2)))

    await fold(partition, *log.records)

    assert aside.got == [(2, "conflict", 0)]
    assert [held.hold.reason for held in partition.ledger.held_keys()] == ["conflict"]
    assert booked(partition) == 1
