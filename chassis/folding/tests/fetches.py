"""What a broker would answer to a fetch, made of records, and what a client makes of it."""

from typing import Any, NamedTuple

from aiokafka import TopicPartition
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords

from chassis.folding.running.fetching import Batches, Fetched

AT = TopicPartition("counting.counts.v1", 0)
COMMITTED = 1
FIRST_OFFSET = 40
CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
MAGIC = 2


class Plain(NamedTuple):
    """What a record says, whoever read it."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


def batch_of(records: list[Plain], codec: str = "lz4", producer: int = -1) -> bytes:
    """A batch of records, whose offsets go up from 0; of a transaction if it has a producer."""
    builder = DefaultRecordBatchBuilder(
        MAGIC, CODECS[codec], int(producer >= 0), producer, 0, 0, 1 << 20
    )
    for record in records:
        added = builder.append(
            record.offset, record.timestamp, record.key, record.value, list(record.headers)
        )
        assert added is not None
    return bytes(builder.build())


def at_offset(batch: bytes, offset: int) -> bytes:
    """The batch as the broker gives it a place: its checksum does not cover that."""
    return offset.to_bytes(8, "big") + batch[8:]


def compiled(data: bytes, *, aborted: Any = None, checked: bool = True) -> list[Any]:
    """The records of a fetch, by compiled code."""
    fetched = Fetched(AT, Batches(data), aborted, FIRST_OFFSET, None, None, checked, COMMITTED)
    return list(fetched)


def of_the_client(data: bytes, *, aborted: Any = None, checked: bool = True) -> list[Any]:
    """The records of a fetch, as the client makes them by itself."""
    base: Any = Fetched.__base__
    records = MemoryRecords(data)
    return list(base(AT, records, aborted, FIRST_OFFSET, None, None, checked, COMMITTED))


def said(record: Any) -> Plain:
    return Plain(record.offset, record.timestamp, record.key, record.value, tuple(record.headers))
