"""Ledgers that are lost, cut, or another's: folded anew in silence, or refused with a reason."""

import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.adapter import GENERATION, ledger_path
from tests.faults.flawed import flawed
from tests.faults.instance import PATIENCE_SECONDS, Instance, ended, ending, until
from tests.faults.judge import Judge
from tests.faults.scale import SCALE, Fault
from tests.faults.stage import Stage
from tests.faults.witness import Witness, witness
from tests.faults.world import INPUTS, NUMBERS, World

pytestmark = pytest.mark.integration
ASKED = 5
FOREIGN_PARTITION = Fault("ledger of another partition", 1)
LONGER = Fault("ledger of a longer log", 1)
FOREIGN_CLUSTER = Fault("ledger of another cluster", 1)
SHIPMENTS = 600
Damage = Callable[[Path], None]


def delete(path: Path) -> None:
    path.unlink()


def halve(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def overwrite(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def delete_states(path: Path) -> None:
    shutil.rmtree(path.with_suffix(".states"))


def overwrite_states(path: Path) -> None:
    for file in path.with_suffix(".states").iterdir():
        overwrite(file)


FAULTS: dict[Damage, str] = {
    delete: "ledgers deleted",
    halve: "ledgers cut to half",
    overwrite: "ledgers zeroed",
    delete_states: "states deleted",
    overwrite_states: "states zeroed",
}
DAMAGES: Sequence[Sequence[Damage]] = [[each] for each in FAULTS] if SCALE else [list(FAULTS)]
"""The short set does all of it at once, to different partitions."""


async def folded(world: World, name: str = "ledgers") -> Instance:
    """An instance that has ledgers, and ended."""
    instance = Instance(world.kafka, world.stack / "instances" / name)
    if instance.data.exists():
        return instance
    async with witness(world.kafka) as seen:
        instance.start()
        await world.round(SHIPMENTS)
        await seen.until_all_is_said(world)
        await ended(instance)
    return instance


@pytest.mark.parametrize("damages", DAMAGES, ids=lambda damages: damages[0].__name__)
async def test_a_ledger_that_is_lost_is_folded_anew(
    damages: Sequence[Damage], world: World, judge: Judge
) -> None:
    fault = Fault(", ".join(FAULTS[damage] for damage in damages), ASKED)
    instance = await folded(world)
    async with ending(instance), witness(world.kafka) as seen:
        for run in range(fault.runs()):
            before = world.events
            for number in NUMBERS[run % 2 :: 2] if len(damages) == 1 else NUMBERS:
                damages[number % len(damages)](ledger_path(instance.data, GENERATION, number))

            instance.start()
            await world.round(SHIPMENTS)
            await seen.until_all_is_said(world)
            await ended(instance)

            events, is_last = world.events - before, run + 1 == fault.runs()
            await judge(fault, seen, world, events=events, verify=is_last)


async def test_the_ledger_of_another_partition_is_refused(world: World, judge: Judge) -> None:
    before = world.events
    instance = await folded(world)
    right = ledger_path(instance.data, GENERATION, 1)
    kept = right.with_suffix(".kept")
    right.rename(kept)
    shutil.copy(ledger_path(instance.data, GENERATION, 0), right)

    async with ending(instance), witness(world.kafka) as seen:
        instance.start()
        await until(lambda: "for partition 0; this is" in problems(instance))
        kept.rename(right)
        await seen.until_all_is_said(world)
        await ended(instance)

        await judge(FOREIGN_PARTITION, seen, world, events=world.events - before)


async def test_the_ledger_of_a_longer_log_is_refused(world: World, judge: Judge) -> None:
    """As of another cluster, or of this one before its topics were made anew."""
    before = world.events
    instance = await folded(world)
    by_next, by_last = (ledger_path(instance.data, GENERATION, number) for number in (2, 3))
    shift(by_next, "next_offset = next_offset + 1000000")
    shift(by_last, "next_offset = next_offset + 1000000, last_offset = last_offset + 1000000")

    async with ending(instance), witness(world.kafka) as seen:
        instance.start()
        strange = 2 * len(INPUTS)
        await until(lambda: problems(instance).count("it no longer has this offset") == strange)
        instance.end()
        for foreign in (by_next, by_last):
            foreign.unlink()
        instance.start()
        await world.round(SHIPMENTS)
        await seen.until_all_is_said(world)
        await ended(instance)

        await judge(LONGER, seen, world, events=world.events - before)


def shift(ledger: Path, by: str) -> None:
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute(f"UPDATE inputs SET {by}")  # noqa: S608 - words of this file


def forget_log_ids(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute("DELETE FROM logs")


async def test_the_ledger_of_another_cluster_is_refused(
    stage: Stage, spoilt_world: World, tmp_path: Path, judge: Judge
) -> None:
    """Its offsets lie inside this log, which says something else before them."""
    elsewhere = await folded(spoilt_world, "elsewhere")
    foreign = elsewhere.data.rename(tmp_path / "foreign")
    for number in NUMBERS[::2]:  # these are to be known by their last record alone
        forget_log_ids(ledger_path(foreign, GENERATION, number))
    taken_for_ours = shutil.copytree(foreign, tmp_path / "copy")
    for number in NUMBERS:  # else the cursor, which names its logs, would tell
        forget_log_ids(ledger_path(taken_for_ours, GENERATION, number))
    stage.close()
    world = await stage.world()
    for _ in range(2):  # of which the other one had the first
        await world.round(2 * SHIPMENTS)
    instance = Instance(world.kafka, foreign)
    async with ending(instance), witness(world.kafka) as seen:
        instance.start()
        await until_refused_or_folded(instance, seen, world)
        assert "another record stands where the last one folded was" in problems(instance)
        assert "the log is that of another cluster" in problems(instance)
        instance.end()
        assert not seen.has_folded(world), "a ledger of another log was taken for this one's"

        for number in NUMBERS:
            ledger_path(foreign, GENERATION, number).unlink()
        instance.start()
        await seen.until_all_is_said(world)
        await ended(instance)

        await judge(FOREIGN_CLUSTER, seen, world, events=world.events)
        await world.round(SHIPMENTS)
        await assert_spoilt_without_the_check(Instance(world.kafka, taken_for_ours), seen, world)


async def assert_spoilt_without_the_check(instance: Instance, seen: Witness, world: World) -> None:
    """The control: what is refused above does damage where it is not."""
    flawed(instance, "a log is known by its last record")
    async with ending(instance):
        instance.start()
        await seen.until_all_is_said(world)
        await ended(instance)
        assert seen.found(world) != (0, 0, 0)


async def until_refused_or_folded(instance: Instance, seen: Witness, world: World) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not ("log" in problems(instance) or seen.has_folded(world)):
        assert time.monotonic() < deadline, "waited in vain"
        await seen.read()


def problems(instance: Instance) -> str:
    return "; ".join(instance.status().get("problems", []))
