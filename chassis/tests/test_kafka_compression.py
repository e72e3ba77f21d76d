"""What is written is packed quickly, and as every reader can unpack it."""

from inspect import signature

from aiokafka.codec import lz4_decode, lz4_encode
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from chassis.kafka import LZ4_LEVEL

LZ4 = 3
TEXT = b'{"month":"2026-03","partner":"FR"}' * 1_000


def packed(level: int) -> bytes:
    return bytes(lz4_encode(TEXT, level))


def test_the_client_packs_at_the_level_that_is_set() -> None:
    builder = DefaultRecordBatchBuilder(2, LZ4, False, -1, -1, -1, 2**20)
    builder.append(0, 0, None, TEXT, [])

    assert signature(lz4_encode).parameters["level"].default == LZ4_LEVEL
    assert bytes(lz4_encode(TEXT)) == packed(LZ4_LEVEL)
    assert lz4_decode(packed(LZ4_LEVEL)) == TEXT
    assert len(builder.build()) < len(TEXT) // 10
