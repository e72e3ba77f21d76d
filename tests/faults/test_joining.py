"""A second instance joins and leaves every few seconds, while the first one folds a load."""

import asyncio
import random
import time

import pytest

from tests.faults.instance import Instance, ended, ending, published, until
from tests.faults.judge import Judge
from tests.faults.scale import Fault
from tests.faults.test_instances import load, pair
from tests.faults.witness import witness
from tests.faults.world import NUMBERS, World

pytestmark = pytest.mark.integration
FAULT = Fault("a second one joins and leaves", 50)
TURNS = FAULT.runs()
EVENTS_OF_A_TURN = 2_000
EVERY_SECONDS = 3.0
CHANCE = random.Random(3)  # noqa: S311 - the same every time


async def join_and_leave(guest: Instance) -> None:
    """Stay long enough to be given partitions; often they are still being opened when it leaves."""
    began = time.monotonic()
    guest.start()
    await until(lambda: bool(guest.status().get("partitions")))
    await asyncio.sleep(CHANCE.uniform(0, max(0, EVERY_SECONDS - (time.monotonic() - began))))
    await asyncio.to_thread(guest.end)
    await asyncio.sleep(max(0, EVERY_SECONDS - (time.monotonic() - began)))


async def test_a_second_instance_joins_and_leaves(world: World, judge: Judge) -> None:
    host, guest = pair(world, "joining")
    before = world.events
    async with ending(host, guest), witness(world.kafka) as seen:
        host.start()
        await until(lambda: published(host) == len(NUMBERS))
        writing = asyncio.create_task(
            load(world, TURNS * EVENTS_OF_A_TURN, TURNS * 2 * EVERY_SECONDS)
        )
        for _ in range(TURNS):
            await join_and_leave(guest)
        await writing
        await seen.until_all_is_said(world)
        await ended(host)

        await judge(FAULT, seen, world, events=world.events - before, runs=TURNS)
