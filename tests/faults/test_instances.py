"""Two instances that take partitions from each other, each with ledgers of its own, as on two
machines: killed under load, or stopped for longer than their sessions and continued as zombies."""

import asyncio
import random
import signal
import time

import pytest

from tests.faults.instance import Instance, ended, ending, published, until
from tests.faults.judge import Judge
from tests.faults.scale import Fault, scaled
from tests.faults.witness import witness
from tests.faults.world import NUMBERS, World

pytestmark = pytest.mark.integration
KILLED = Fault("kill -9 of one of two under load", 100)
STOPPED = Fault("SIGSTOP beyond the session", 20)
KILLS = KILLED.runs(least=2)
EVENTS = scaled(1_000_000, least=6_000)
STOPS = STOPPED.runs()
ROUND = 2_000
SECONDS_OF_A_KILL = 4.0
LONGER_THAN_THE_SESSION = 7.0
CHANCE = random.Random(5)  # noqa: S311 - the same every time


def pair(world: World, name: str) -> tuple[Instance, Instance]:
    folder = world.stack / "instances" / name
    return Instance(world.kafka, folder / "a"), Instance(world.kafka, folder / "b")


async def load(world: World, events: int, seconds: float) -> None:
    """Write so many events, spread over so many seconds or more."""
    before, began = world.events, time.monotonic()
    while world.events < before + events:
        await world.round(ROUND)
        due = began + seconds * (world.events - before) / events
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def test_killed_under_load(world: World, judge: Judge) -> None:
    instances = pair(world, "killed")
    before = world.events
    async with ending(*instances), witness(world.kafka) as seen:
        for instance in instances:
            instance.start()
        writing = asyncio.create_task(load(world, EVENTS, KILLS * SECONDS_OF_A_KILL))
        for kill in range(KILLS):
            while world.events < before + EVENTS * kill // KILLS and not writing.done():
                await asyncio.wait([writing], timeout=0.1)  # they are spread over all of it
            await asyncio.sleep(CHANCE.uniform(0.5, 2 * SECONDS_OF_A_KILL - 0.5))
            victim = CHANCE.choice(instances)
            victim.end(signal.SIGKILL)
            victim.start()
        await writing
        await seen.until_all_is_said(world)
        await ended(*instances)

        await judge(KILLED, seen, world, events=world.events - before, runs=KILLS)


def both_publish(*instances: Instance) -> bool:
    shares = [published(each) for each in instances]
    return sum(shares) == len(NUMBERS) and all(shares)


async def test_stopped_for_longer_than_its_session(world: World, judge: Judge) -> None:
    instances = pair(world, "stopped")
    async with ending(*instances), witness(world.kafka) as seen:
        for instance in instances:
            instance.start()
        await until(lambda: both_publish(*instances))
        for run in range(STOPS):
            before = world.events
            zombie = instances[run % 2]
            writing = asyncio.create_task(world.round(ROUND))
            await asyncio.sleep(CHANCE.uniform(0.05, 1.5))
            zombie.send(signal.SIGSTOP)
            await writing
            await asyncio.sleep(LONGER_THAN_THE_SESSION)
            await seen.until_all_is_said(world)

            zombie.send(signal.SIGCONT)
            await world.round(ROUND // 4)
            await until(lambda: both_publish(*instances))

            events, is_last = world.events - before, run + 1 == STOPS
            await judge(STOPPED, seen, world, events=events, verify=is_last)
