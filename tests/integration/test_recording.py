"""`zarbia record` on a real broker: what is committed, in its range, in one go or in several."""

import asyncio
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from contracts.exports import ShipmentLost
from tests.integration.recording_bus import EVENT, START_MS, Bus, new_bus, records, write

pytestmark = pytest.mark.integration


@pytest.fixture
def bus(kafka_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bus:
    return new_bus(kafka_url, monkeypatch, tmp_path)


def test_only_committed_records_are_recorded(bus: Bus) -> None:
    async def transactions() -> None:
        writer = AIOKafkaProducer(bootstrap_servers=bus.kafka, transactional_id=bus.topics[0].name)
        async with writer:
            for value, commits in ((b"1", True), (b"2", False), (b"3", True)):
                await writer.begin_transaction()
                await writer.send_and_wait(bus.topics[0].name, value=value, partition=0)
                await (writer.commit_transaction() if commits else writer.abort_transaction())

    asyncio.run(transactions())
    assert [record.value for record in records(bus.record("all.jsonl"))] == [b"1", b"3"]


@pytest.mark.parametrize("to", ["all.jsonl", "all.jsonl.gz", "folder"])
@pytest.mark.parametrize("after", [0, 25, 59])
def test_a_recording_that_is_killed_goes_on(bus: Bus, to: str, after: int) -> None:
    write(bus)
    whole = bus.record(f"whole-{to}")
    path = bus.folder / to

    bus.killed("console.recording.recorder:PartWriter.write", after, "record", "all", "--to", path)
    refused = bus.zarbia("replay", path, "--prefix", "x")
    assert (refused.exit_code, "was cut off" in refused.stderr) == (1, True)
    bus.record(to)

    assert records(path) == records(whole)
    assert bus.zarbia("record", "all", "--to", path).exit_code == 2  # it is complete


def test_a_range_and_filters_are_held(bus: Bus) -> None:
    write(bus)
    between = bus.record("between.jsonl", "--from", "2", "--until", "-1")
    assert {record.offset for record in records(between)} == set(range(2, 9))
    early = bus.record("early.jsonl", "--until", "2025-03-14T10:00:10+00:00")
    assert [r.timestamp for r in records(early)] == [START_MS + n * 1000 for n in range(10)]
    lost = bus.record("lost.jsonl", "--key", (EVENT.key or b"").decode()[:9])
    assert {record.type for record in records(lost)} == {ShipmentLost.event_type()}
    assert len(records(lost)) == 50


def test_a_recording_of_nothing_says_so(bus: Bus) -> None:
    write(bus)
    command = ("record", "all", "--to", bus.folder / "end.jsonl")
    found = bus.zarbia(*command, "--from", "end")
    assert (found.exit_code, "the recording is empty" in found.stderr) == (0, True)
    assert records(bus.folder / "end.jsonl") == []


def test_a_place_without_a_name_is_refused(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bus.folder)
    refused = bus.zarbia("record", "all", "--to", "")
    assert (refused.exit_code, "name a folder or a file" in refused.stderr) == (2, True)
    assert not (bus.folder / "manifest.json").exists()


def test_a_broker_that_is_not_there_is_one_line(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZARBIA_KAFKA", "127.0.0.1:1")
    refused = bus.zarbia("record", "all", "--to", bus.folder / "all")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("error: the broker 127.0.0.1:1")
    assert not (bus.folder / "all").exists()
