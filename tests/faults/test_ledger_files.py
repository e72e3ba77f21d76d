"""Ledgers that are lost, cut, or another's: folded anew in silence, or refused with a reason."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from services.export_metrics.ledger.files import ledger_path
from services.export_metrics.settings import GENERATION
from tests.faults.conftest import Judge
from tests.faults.instance import Instance, ended, ending, until
from tests.faults.scale import scaled
from tests.faults.witness import witness
from tests.faults.world import NUMBERS, World

pytestmark = pytest.mark.integration
RUNS = scaled(5)
SHIPMENTS = 600


def delete(path: Path) -> None:
    path.unlink()


def halve(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def overwrite(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


async def folded(world: World, name: str) -> Instance:
    """An instance that has folded everything, and ended."""
    instance = Instance(world.kafka, world.stack / "instances" / name)
    async with witness(world.kafka) as seen:
        instance.start()
        await world.round(SHIPMENTS)
        await seen.until_all_is_said(world)
        await ended(instance)
    return instance


@pytest.mark.parametrize("run", range(RUNS))
@pytest.mark.parametrize("damage", [delete, halve, overwrite])
async def test_a_ledger_that_is_lost_is_folded_anew(
    damage: Callable[[Path], None], run: int, world: World, judge: Judge
) -> None:
    before = world.events
    instance = await folded(world, f"{damage.__name__}-{run}")
    for number in NUMBERS[::2]:
        damage(ledger_path(instance.data, GENERATION, number))

    async with ending(instance), witness(world.kafka) as seen:
        instance.start()
        await world.round(SHIPMENTS)
        await seen.until_all_is_said(world)
        await ended(instance)

        fault = {"delete": "deleted", "halve": "cut to half", "overwrite": "zeroed"}
        await judge(f"ledgers {fault[damage.__name__]}", seen, world.events - before)


async def test_the_ledger_of_another_partition_is_refused(world: World, judge: Judge) -> None:
    before = world.events
    instance = await folded(world, "swapped")
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

        await judge("ledger of another partition", seen, world.events - before)


async def test_the_ledger_of_a_longer_log_is_refused(world: World, judge: Judge) -> None:
    """As of another cluster, or of this one before its topics were made anew."""
    before = world.events
    instance = await folded(world, "longer")
    foreign = ledger_path(instance.data, GENERATION, 2)
    with closing(sqlite3.connect(foreign)) as ledger, ledger:
        ledger.execute("UPDATE inputs SET next_offset = next_offset + 1000000")

    async with ending(instance), witness(world.kafka) as seen:
        instance.start()
        await until(lambda: "it no longer has this offset" in problems(instance))
        instance.end()
        foreign.unlink()
        instance.start()
        await world.round(SHIPMENTS)
        await seen.until_all_is_said(world)
        await ended(instance)

        await judge("ledger of a longer log", seen, world.events - before)


def problems(instance: Instance) -> str:
    return "; ".join(instance.status().get("problems", []))
