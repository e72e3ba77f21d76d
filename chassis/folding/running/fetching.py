"""Records as the client fetches them, taken apart by compiled code.

The client makes an object of each header and of each record, twice; that takes as long as all
that a fold does with them. So its two classes for what was fetched are replaced by these, where
`consumer` says so. The client still decides what is fetched, checks it, and passes over what was
aborted.
"""

from collections.abc import Iterator
from typing import Any

from aiokafka import TopicPartition
from aiokafka.codec import gzip_decode, lz4_decode, snappy_decode, zstd_decode
from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.memory_records import MemoryRecords

from chassis.folding import native

FORMAT = 2
RECORDS_START = 61
COUNT = slice(57, RECORDS_START)
LENGTH = slice(8, 12)
MAGIC = 16
LENGTH_END = 12
BY_THE_BROKER = 1
_DECODE = {0: bytes, 1: gzip_decode, 2: snappy_decode, 3: lz4_decode, 4: zstd_decode}


class Batch:
    """One batch of records, as the client's fetcher looks at it."""

    def __init__(self, of_client: Any, data: memoryview, at: TopicPartition) -> None:
        self._of_client = of_client
        self._data = data
        self._at = at
        self.producer_id: int = of_client.producer_id
        self.base_offset: int = of_client.base_offset
        self.next_offset: int = of_client.next_offset
        self.is_transactional: bool = of_client.is_transactional
        self.is_control_batch = False
        self.validate_crc = of_client.validate_crc

    def __iter__(self) -> Iterator[Any]:
        """Raises: CorruptRecordException."""
        batch, count = self._of_client, int.from_bytes(self._data[COUNT], "big", signed=True)
        by_the_broker = batch.timestamp_type == BY_THE_BROKER
        try:
            return iter(
                native.records.records(
                    bytes(_DECODE[batch.compression_type](self._data[RECORDS_START:])),
                    self._at.topic,
                    self._at.partition,
                    batch.base_offset,
                    batch.first_timestamp,
                    batch.max_timestamp if by_the_broker else -1,
                    count,
                )
            )
        except ValueError as error:
            raise CorruptRecordException(f"{self._at}: {error}") from error


class Batches:
    """All batches of one fetch of a partition."""

    def __init__(self, data: bytes) -> None:
        self._of_client = MemoryRecords(data)
        self._data = memoryview(data)
        self._start = 0
        self.at: TopicPartition | None = None

    def size_in_bytes(self) -> int:
        return len(self._data)

    def has_next(self) -> bool:
        return bool(self._of_client.has_next())

    def next_batch(self) -> Any:
        """Marks of transactions, and batches of older formats, are the client's own."""
        batch = self._of_client.next_batch()
        data = self._data[self._start :]
        end = LENGTH_END + int.from_bytes(data[LENGTH], "big", signed=True)
        self._start += end
        if self.at is None or batch is None or data[MAGIC] != FORMAT or batch.is_control_batch:
            return batch
        return Batch(batch, data[:end], self.at)


class Fetched(fetcher.PartitionRecords):  # type: ignore[misc]  # aiokafka is not typed
    """What was fetched of a partition, record by record."""

    def __init__(self, at: TopicPartition, records: Batches, *others: Any) -> None:
        if not any(others[2:4]):  # deserializers: they would be given what is not theirs
            records.at = at
        super().__init__(at, records, *others)

    def _consumer_record(self, at: TopicPartition, record: Any) -> Any:
        if isinstance(record, native.records.Record):
            return record
        return super()._consumer_record(at, record)


def install() -> None:
    """Have the clients of this process use these from now on."""
    fetcher.MemoryRecords = Batches
    fetcher.PartitionRecords = Fetched
