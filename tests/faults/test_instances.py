"""Two instances that take partitions from each other, each with ledgers of its own, as on two
machines: killed under load, or stopped for longer than their sessions and continued as zombies."""

import asyncio
import random
import signal

import pytest

from tests.faults.conftest import Judge
from tests.faults.instance import Instance, ended, ending, published, until
from tests.faults.scale import scaled
from tests.faults.witness import witness
from tests.faults.world import NUMBERS, World

pytestmark = pytest.mark.integration
KILLS = scaled(100, least=3)
EVENTS = scaled(1_000_000, least=8_000)
STOPS = scaled(20)
ROUND = 2_000
LONGER_THAN_THE_SESSION = 7.0
CHANCE = random.Random(5)  # noqa: S311 - the same every time


def pair(world: World, name: str) -> tuple[Instance, Instance]:
    folder = world.stack / "instances" / name
    return Instance(world.kafka, folder / "a"), Instance(world.kafka, folder / "b")


async def load(world: World, events: int, done: asyncio.Event, turns: int) -> None:
    """Write so many events, spread over `turns` of some seconds, and say that it is done."""
    end, pause = world.events + events, turns * 4.0 * ROUND / events
    while world.events < end:
        await world.round(ROUND)
        await asyncio.sleep(pause)
    done.set()


async def test_killed_under_load(world: World, judge: Judge) -> None:
    instances = pair(world, "killed")
    before, kills, done = world.events, 0, asyncio.Event()
    async with ending(*instances), witness(world.kafka) as seen:
        for instance in instances:
            instance.start()
        writing = asyncio.create_task(load(world, EVENTS, done, KILLS))
        while kills < KILLS or not done.is_set():
            await asyncio.sleep(CHANCE.uniform(0.5, 8))
            if kills < KILLS:
                victim = CHANCE.choice(instances)
                victim.end(signal.SIGKILL)
                victim.start()
                kills += 1
        await writing
        await seen.until_all_is_said(world)
        await ended(*instances)

        await judge("kill -9 of one of two under load", seen, world.events - before, kills)


@pytest.mark.parametrize("run", range(STOPS))
async def test_stopped_for_longer_than_its_session(run: int, world: World, judge: Judge) -> None:
    zombie, heir = pair(world, f"stopped-{run % 2}")
    before = world.events
    async with ending(zombie, heir), witness(world.kafka) as seen:
        zombie.start()
        await until(lambda: published(zombie) == len(NUMBERS))
        writing = asyncio.create_task(world.round(ROUND))
        await asyncio.sleep(CHANCE.uniform(0.05, 1.5))
        zombie.send(signal.SIGSTOP)
        await writing
        heir.start()
        await asyncio.sleep(LONGER_THAN_THE_SESSION)
        await seen.until_all_is_said(world)

        zombie.send(signal.SIGCONT)
        await world.round(ROUND)
        await until(lambda: published(zombie) > 0)
        await seen.until_all_is_said(world)
        await ended(zombie, heir)

        await judge("SIGSTOP beyond the session", seen, world.events - before)
