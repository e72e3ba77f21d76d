"""What becomes of a batch in which not everything is plain."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from chassis.folding.ledger.identity import last_record
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing.publisher import Publisher
from chassis.folding.reading.record import InputReader
from chassis.folding.running.partition import Partition
from chassis.reader.outcome import Broken
from chassis.reader.quarantine import ERROR_PREFIX, Quarantine, Record
from contracts.topics import EXPORTS_SHIPMENTS, quarantine_of
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import SERVICE, ExportMetricsSettings
from services.export_metrics.tests.cells import exports
from services.export_metrics.tests.events import TOPIC, FakeRecord, Log, exported, goods, uuid_of
from services.export_metrics.tests.test_publisher import SETTINGS, Broker

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
    publisher = Publisher(aside.ledger, settings, broker)
    under_test = Partition(aside.ledger, publisher, aside.put)
    under_test.publish()
    await asyncio.sleep(0)
    yield under_test
    await under_test.close()


async def fold(partition: Partition, *records: Record) -> int:
    await partition.fold(TOPIC, READER, records)
    partition.commit(TOPIC, behind=False)
    return partition.next_offset(TOPIC)


def booked(partition: Partition) -> int:
    return sum(row.measures[0] or 0 for row in exports(partition.ledger.contributions()))


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
    assert partition.ledger.input(TOPIC).last is None, "the last of these records was not folded"
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


class Copies:
    """A producer that keeps what it is given for the quarantine."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]] = []

    async def send_and_wait(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        partition: int | None = None,
        timestamp_ms: int | None = None,
        headers: Sequence[tuple[str, bytes]] | None = None,
    ) -> None:
        assert (topic, partition) == (quarantine_of(SERVICE), 0)
        assert timestamp_ms is None
        self.sent.append((key, value, list(headers or ())))


async def test_what_is_folded_in_parts_is_committed_as_one(partition: Partition) -> None:
    for start in range(len(RECORDS)):
        await partition.fold(TOPIC, READER, RECORDS[start : start + 1])
        assert (partition.next_offset(TOPIC), partition.uncommitted(TOPIC)) == (start + 1,) * 2
        assert partition.ledger.input(TOPIC).next_offset == 0

    partition.commit(TOPIC, behind=False)

    assert (partition.ledger.batch, partition.uncommitted(TOPIC)) == (1, 0)
    assert partition.ledger.input(TOPIC).last == last_record(RECORDS[-1])
    assert partition.next_offset(TOPIC) == partition.ledger.input(TOPIC).next_offset == 4
    assert booked(partition) == 1 + 2 + 3


async def test_nothing_folded_is_nothing_committed(partition: Partition) -> None:
    partition.commit(TOPIC, behind=False)

    assert partition.ledger.batch == 0


async def test_what_was_folded_and_not_committed_is_folded_once_more(tmp_path: Path) -> None:
    ledger = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3)
    first = Partition(ledger, Publisher(ledger, SETTINGS, Broker()), Aside(ledger).put)
    await first.fold(TOPIC, READER, RECORDS)
    await first.close()
    ledger = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3)
    second = Partition(ledger, Publisher(ledger, SETTINGS, Broker()), Aside(ledger).put)

    assert (second.next_offset(TOPIC), ledger.contributions()) == (0, [])
    assert await fold(second, *RECORDS) == 4
    assert booked(second) == 1 + 2 + 3
    await second.close()


@pytest.mark.parametrize("size", [1, 2, 4])
async def test_a_conflict_is_put_aside_byte_for_byte_and_once_whatever_the_parts(
    partition: Partition, size: int
) -> None:
    log = Log().opened().append(uuid_of(1), 1, exported(goods(1)))
    log.append(uuid_of(1), 1, exported(goods(2))).append(uuid_of(2), 1, exported(goods(4)))
    copies = Copies()
    partition._put_aside = Quarantine(SERVICE, copies).put

    for start in range(0, 4, size):
        await partition.fold(TOPIC, READER, log.records[start : start + size])
    partition.commit(TOPIC, behind=False)
    await fold(partition, *_later(log))

    ((key, value, headers),) = copies.sent
    conflicting = log.records[2]
    assert (key, value) == (conflicting.key, conflicting.value)
    assert tuple(headers[: len(conflicting.headers)]) == conflicting.headers
    assert (f"{ERROR_PREFIX}reason", b"conflict") in headers
    assert booked(partition) == 1 + 4 + 8


def _later(log: Log) -> list[FakeRecord]:
    """A record more, of another shipment."""
    return log.append(uuid_of(3), 1, exported(goods(8))).records[4:]
