"""Partitions are those of the Java client: the golden vectors were computed by it."""

import json
from pathlib import Path

import pytest
from aiokafka.partitioner import murmur2
from hypothesis import given
from hypothesis import strategies as st

from contracts.partitioner import partition_of

GOLDEN = json.loads(
    (Path(__file__).parent.parent / "golden" / "partitions.json").read_text("utf-8")
)

# From UtilsTest.testMurmur2 of Apache Kafka.
KAFKA_HASHES = {
    "21": -973932308,
    "foobar": -790332482,
    "a-little-bit-long-string": -985981536,
    "a-little-bit-longer-string": -1486304829,
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    "abc": 479470107,
}


@pytest.mark.parametrize("vector", GOLDEN["vectors"], ids=lambda vector: repr(vector["key"][:20]))
def test_a_key_goes_where_the_java_client_sends_it(vector: dict[str, str | int]) -> None:
    assert partition_of(str(vector["key"]), GOLDEN["partitions"]) == vector["partition"]


def test_the_golden_vectors_hold_the_hashes_that_kafka_tests_itself_with() -> None:
    hashes = {vector["key"]: vector["murmur2"] for vector in GOLDEN["vectors"]}
    assert KAFKA_HASHES.items() <= hashes.items()


def test_the_golden_vectors_reach_every_partition_and_any_text() -> None:
    keys = [vector["key"] for vector in GOLDEN["vectors"]]
    assert len(set(keys)) == len(keys) == 50
    assert "" in keys
    assert any(not key.isascii() for key in keys)
    assert {vector["partition"] for vector in GOLDEN["vectors"]} == set(range(12))


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 1000))
def test_any_key_has_a_partition_of_the_topic(key: str, partitions: int) -> None:
    hashed = murmur2(key.encode()) & 0x7FFFFFFF
    assert partition_of(key, partitions) == hashed % partitions
    assert 0 <= partition_of(key, partitions) < partitions


@pytest.mark.parametrize("partitions", [0, -1])
def test_a_topic_has_a_partition(partitions: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        partition_of("key", partitions)
