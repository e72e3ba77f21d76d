"""A hard exit at every boundary of commit and publication: nothing is lost or said twice."""

import random
from collections.abc import Iterator

import pytest

from tests.faults.adapter import EXIT_CODE, NAMES, NATIONAL_NAMES
from tests.faults.armed import armed
from tests.faults.instance import Instance, ending, forget_members
from tests.faults.judge import Judge
from tests.faults.lives import Lives
from tests.faults.scale import SCALE, Fault
from tests.faults.test_seldom_failpoints import SELDOM
from tests.faults.witness import witness
from tests.faults.world import World

pytestmark = pytest.mark.integration
SHIPMENTS = 200
FOLDED_ANEW = "while-ledger-is-made"
REASSIGNED = (
    "after-lock",
    "after-producer-start",
    "after-cursor-read",
    "after-assignment",
    "after-revocation",
    "after-national-producer-start",
)
"""Where it comes by when it is given its partitions, not by folding."""
OFTEN = 8
PASSINGS = {
    **dict.fromkeys(NATIONAL_NAMES, 1),
    "after-national-send": OFTEN,
    "after-assignment": 1,
    "after-revocation": 1,
    "after-quarantine": 3,
}
"""How often a boundary is sure to be passed in a run, where that is less than `OFTEN`."""
PASSED = [name for name in NATIONAL_NAMES + NAMES if name not in SELDOM]
FAULTS = {name: Fault(f"hard exit {name}", 20) for name in PASSED}
VERIFIED = PASSED if SCALE else PASSED[-1:]
"""After whose last run the whole log is folded from zero; the short set does so once."""


@pytest.fixture(scope="module")
def lives() -> Iterator[Lives]:
    lives = Lives("failpoints", "tests.faults.armed")
    yield lives
    lives.end()


def failpoint(name: str, run: int) -> str:
    """Another passing in each run."""
    chance = random.Random(f"{name} {run}")  # noqa: S311 - the same every time
    return f"{name}:{chance.randint(1, PASSINGS.get(name, OFTEN))}"


@pytest.mark.parametrize("name", [name for name in PASSED if name != FOLDED_ANEW])
async def test_hard_exit(name: str, lives: Lives, world: World, judge: Judge) -> None:
    runs = FAULTS[name].runs()
    async with witness(world.kafka) as seen:
        for run in range(runs):
            before, instance = world.events, await lives.of(world)
            armed(instance, failpoint(name, run))
            await world.round(SHIPMENTS)
            if name in REASSIGNED:
                await forget_members(world.kafka)  # it joins again
            assert await instance.died() == EXIT_CODE

            await forget_members(world.kafka)
            instance.start()

            events, verify = world.events - before, run + 1 == runs and name in VERIFIED
            await judge(FAULTS[name], seen, world, events=events, verify=verify)


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
