"""`zarbia tail` on a real broker: from where, how far, what is committed, and how it ends."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from typer.testing import CliRunner, Result

from chassis.kafka import producer
from console.__main__ import app
from console.tail import names
from contracts.codec import to_kafka
from contracts.exports import ShipmentLost
from contracts.generate.examples import example_of
from contracts.topic import Topic
from contracts.topics import TOPICS
from tests.topics import new_topic

pytestmark = pytest.mark.integration
RECORD = to_kafka(example_of(ShipmentLost).envelope())


@pytest.fixture
def topic(kafka_url: str, monkeypatch: pytest.MonkeyPatch) -> Topic:
    """A topic of three partitions that the command knows, on the broker that it is given."""
    made = new_topic(kafka_url, partitions=3)
    monkeypatch.setattr(names, "TOPICS", (*TOPICS, made))
    monkeypatch.setenv("ZARBIA_KAFKA", kafka_url)
    return made


def write(kafka_url: str, topic: Topic, places: Sequence[tuple[int, int]]) -> None:
    """Write an event to each (partition, timestamp in seconds), one after the other."""

    async def send() -> None:
        async with producer(kafka_url) as writer:
            for partition, seconds in places:
                await writer.send_and_wait(
                    topic.name,
                    key=RECORD.key,
                    value=RECORD.value,
                    headers=RECORD.headers,
                    partition=partition,
                    timestamp_ms=seconds * 1000,
                )

    asyncio.run(send())


def tail(topic: Topic, *options: str) -> Result:
    return CliRunner().invoke(app, ["tail", topic.name, "--format", "json", *options])


def places(result: Result) -> list[tuple[int, int]]:
    """Partition and offset of what was shown."""
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, Any]] = [json.loads(line) for line in result.stdout.splitlines()]
    return [(entry["kafkapartition"], entry["kafkaoffset"]) for entry in found]


def test_partitions_are_merged_in_the_order_of_time(kafka_url: str, topic: Topic) -> None:
    write(kafka_url, topic, [(0, 10), (0, 40), (2, 20), (1, 30), (2, 50)])
    assert places(tail(topic)) == [(0, 0), (2, 0), (1, 0), (0, 1), (2, 1)]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("end", []),
        ("1", [(0, 1), (2, 1)]),
        ("-1", [(1, 0), (0, 1), (2, 1)]),
        ("99", []),
        ("1970-01-01T00:00:25+00:00", [(1, 0), (0, 1), (2, 1)]),
        ("2030-01-01", []),
    ],
)
def test_it_starts_where_it_is_told(
    kafka_url: str, topic: Topic, start: str, expected: list[tuple[int, int]]
) -> None:
    write(kafka_url, topic, [(0, 10), (0, 40), (2, 20), (1, 30), (2, 50)])
    assert places(tail(topic, "--from", start)) == expected


def test_one_partition_and_so_many_records(kafka_url: str, topic: Topic) -> None:
    write(kafka_url, topic, [(0, 10), (0, 40), (2, 20)])
    assert places(tail(topic, "--partition", "0")) == [(0, 0), (0, 1)]
    assert places(tail(topic, "--count", "2")) == [(0, 0), (2, 0)]
    refused = tail(topic, "--partition", "3")
    assert refused.exit_code == 2
    assert "0 to 2" in refused.stderr


def test_an_aborted_record_is_not_shown(kafka_url: str, topic: Topic) -> None:
    async def write_transactions() -> None:
        writer = AIOKafkaProducer(bootstrap_servers=kafka_url, transactional_id=topic.name)
        async with writer:
            for value, commits in ((b"1", True), (b"2", False)):
                await writer.begin_transaction()
                await writer.send_and_wait(topic.name, value=value, partition=0)
                await (writer.commit_transaction() if commits else writer.abort_transaction())

    asyncio.run(write_transactions())

    result = tail(topic)

    # The record has no headers and is shown; what follows it are marks of the transactions.
    assert places(result) == [(0, 0)]
    assert json.loads(result.stdout)["data"] == 1


def test_it_follows_what_is_written_meanwhile(kafka_url: str, topic: Topic) -> None:
    write(kafka_url, topic, [(0, 10)])
    with _running(kafka_url, topic, "--follow", "--count", "2") as running:
        assert running.stdout is not None
        first = running.stdout.readline()
        write(kafka_url, topic, [(1, 5)])
        second = running.stdout.readline()
        assert running.wait(30) == 0
    assert [json.loads(line)["kafkapartition"] for line in (first, second)] == [0, 1]


def test_a_reader_that_has_enough_ends_it_quietly(kafka_url: str, topic: Topic) -> None:
    write(kafka_url, topic, [(0, second) for second in range(50)])
    with _running(kafka_url, topic, "--follow") as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        write(kafka_url, topic, [(1, 5)])
        assert (running.wait(30), running.stderr.read()) == (0, "")


def _running(kafka_url: str, topic: Topic, *options: str) -> "subprocess.Popen[str]":
    """The command in a process of its own, which knows the topic too."""
    script = (
        "from console.tail import names; from contracts.topics import Topic; "
        f"names.TOPICS = (Topic({topic.name!r}, 'test', 'any', '', partitions=3),); "
        "from console.__main__ import main; main()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script, "tail", topic.name, "--format", "json", *options],
        env={"ZARBIA_KAFKA": kafka_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_topic_that_nobody_made_yet_is_one_line(topic: Topic, monkeypatch: Any) -> None:
    absent = Topic("test.absent", "nobody", "any", "")
    monkeypatch.setattr(names, "TOPICS", (*TOPICS, absent))
    result = tail(absent)
    assert result.exit_code == 1
    assert result.stderr == "error: the broker has no topic test.absent yet: nobody creates it\n"


def test_a_broker_that_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZARBIA_KAFKA", "127.0.0.1:1")
    result = tail(TOPICS[0])
    assert result.exit_code == 1
    assert result.stderr.startswith("error: the broker 127.0.0.1:1 cannot be read")
    assert result.stderr.count("\n") == 1
