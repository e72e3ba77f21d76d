"""The broker is killed while the fold works on a load."""

import asyncio
import random

import pytest

from console.stack.folder import DataFolder
from console.stack.session import live_state
from tests.faults.instance import Instance, ended, ending, until
from tests.faults.judge import Judge
from tests.faults.scale import Fault, scaled
from tests.faults.witness import witness
from tests.faults.world import World

pytestmark = pytest.mark.integration
FAULT = Fault("broker kill -9", 10)
SHIPMENTS = scaled(4_000, least=1_000)
BROKER = "broker"
CHANCE = random.Random(7)  # noqa: S311 - the same every time


def restarts(world: World) -> int:
    """How often the supervisor has brought the broker back, and it was ready."""
    members = live_state(DataFolder(world.stack)).members
    return next(m.restarts for m in members if m.name == BROKER and m.phase == "ready")


def kill_broker(world: World) -> None:
    members = live_state(DataFolder(world.stack)).members
    identity = next(member.identity for member in members if member.name == BROKER)
    process = identity.process() if identity else None
    assert process is not None
    process.kill()


def is_back(world: World, before: int) -> bool:
    try:
        return restarts(world) > before
    except StopIteration:
        return False


@pytest.mark.parametrize("run", range(FAULT.runs()))
async def test_broker_killed_while_folding(run: int, world: World, judge: Judge) -> None:
    instance = Instance(world.kafka, world.stack / "instances" / f"broker-{run}")
    before, restarts_before = world.events, restarts(world)
    async with ending(instance):
        await world.round(SHIPMENTS)
        instance.start()
        await until(lambda: bool(instance.status().get("partitions")))
        await asyncio.sleep(CHANCE.uniform(0, 1.5))
        kill_broker(world)
        await until(lambda: is_back(world, restarts_before))
        async with witness(world.kafka) as seen:
            await world.round(SHIPMENTS)
            await seen.until_all_is_said(world)
            await ended(instance)

            await judge(FAULT, seen, world, events=world.events - before)
