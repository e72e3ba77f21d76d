"""A hard exit at every boundary of commit and publication: nothing is lost or said twice."""

import random
from collections.abc import Iterator

import pytest

from tests.faults.adapter import EXIT_CODE, NAMES
from tests.faults.armed import armed
from tests.faults.instance import Instance, ending, forget_members, published, until
from tests.faults.judge import Judge
from tests.faults.lives import Lives
from tests.faults.scale import Fault
from tests.faults.witness import witness
from tests.faults.world import NUMBERS, World

pytestmark = pytest.mark.integration
SHIPMENTS = 200
AT_START = ("after-lock", "after-producer-start", "after-cursor-read", "after-assignment")
PASSINGS = {"after-assignment": 1, "after-quarantine": 3}
"""How often a boundary is sure to be passed in a run, where that is less than `OFTEN`."""
OFTEN = 8
FOLDED_ANEW = "while-ledger-is-made"
REVOKED = "after-revocation"
FAULTS = {name: Fault(f"hard exit {name}", 20) for name in NAMES}


@pytest.fixture(scope="module")
def lives() -> Iterator[Lives]:
    lives = Lives("failpoints", "tests.faults.armed")
    yield lives
    lives.end()


def failpoint(name: str, run: int) -> str:
    """Another passing in each run."""
    chance = random.Random(f"{name} {run}")  # noqa: S311 - the same every time
    often = 1 if name == REVOKED else PASSINGS.get(name, OFTEN)
    return f"{name}:{chance.randint(1, often)}"


async def dies(instance: Instance, name: str, run: int, world: World) -> None:
    """It comes to the failpoint by its work, by another's joining, or by starting."""
    point = failpoint(name, run)
    if name in AT_START:
        instance.end()
        await world.round(SHIPMENTS)
        instance.start(point)
        assert await instance.died() == EXIT_CODE
    elif name == REVOKED:
        await world.round(SHIPMENTS)
        await until(lambda: published(instance) == len(NUMBERS))
        armed(instance, point)
        await dies_as_another_joins(instance, world)
    else:
        armed(instance, point)
        await world.round(SHIPMENTS)
        assert await instance.died() == EXIT_CODE


async def dies_as_another_joins(instance: Instance, world: World) -> None:
    other = Instance(world.kafka, world.stack / "instances" / "other")
    async with ending(other):
        other.start()
        assert await instance.died() == EXIT_CODE
        other.end()


@pytest.mark.parametrize("name", [name for name in NAMES if name != FOLDED_ANEW])
async def test_hard_exit(name: str, lives: Lives, world: World, judge: Judge) -> None:
    runs = FAULTS[name].runs()
    async with witness(world.kafka) as seen:
        instance = await lives.of(world)
        for run in range(runs):
            before = world.events
            await dies(instance, name, run, world)

            await forget_members(world.kafka)
            instance.start()

            is_last = run + 1 == runs
            events = world.events - before
            await judge(FAULTS[name], seen, world, events=events, verify=is_last)


async def test_hard_exit_while_a_ledger_is_made(lives: Lives, world: World, judge: Judge) -> None:
    """Each run in a folder of its own: the whole log is folded anew."""
    lives.end()
    fault = FAULTS[FOLDED_ANEW]
    async with witness(world.kafka) as seen:
        for run in range(fault.runs()):
            before = world.events
            instance = Instance(world.kafka, world.stack / "instances" / f"{FOLDED_ANEW}-{run}")
            async with ending(instance):
                instance.start(failpoint(FOLDED_ANEW, run))
                await world.round(SHIPMENTS)
                assert await instance.died() == EXIT_CODE

                await forget_members(world.kafka)
                instance.start()

                events = world.events - before
                await judge(fault, seen, world, events=events, verify=run + 1 == fault.runs())
                instance.end()
