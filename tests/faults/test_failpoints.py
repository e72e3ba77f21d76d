"""A hard exit at every boundary of commit and publication: nothing is lost or said twice."""

import random

import pytest

from tests.faults.adapter import EXIT_CODE, NAMES
from tests.faults.conftest import Judge
from tests.faults.instance import Instance, ended, ending, forget_members, published, until
from tests.faults.scale import scaled
from tests.faults.test_seldom_failpoints import SELDOM
from tests.faults.witness import witness
from tests.faults.world import NUMBERS, World

pytestmark = pytest.mark.integration
RUNS = scaled(20)
SHIPMENTS = 600
PASSINGS = {"after-assignment": 1, "after-quarantine": 3}
"""How often a boundary is sure to be passed in a run, where that is less than `OFTEN`."""
OFTEN = 8
REVOKED = "after-revocation"
FOLDED_ANEW = "while-ledger-is-made"


def passing(name: str, run: int) -> int:
    """Another one in each run; the client reports a revocation of nothing when it joins first."""
    if name == REVOKED:
        return 2
    chance = random.Random(f"{name} {run}")  # noqa: S311 - the same every time
    return chance.randint(1, PASSINGS.get(name, OFTEN))


@pytest.mark.parametrize("run", range(RUNS))
@pytest.mark.parametrize("name", [name for name in NAMES if name not in SELDOM])
async def test_hard_exit(name: str, run: int, world: World, judge: Judge) -> None:
    fresh = f"{name}-{run}" if name == FOLDED_ANEW else "failpoints"
    instance = Instance(world.kafka, world.stack / "instances" / fresh)
    other = Instance(world.kafka, world.stack / "instances" / "other")
    before = world.events
    async with ending(instance, other), witness(world.kafka) as seen:
        instance.start(f"{name}:{passing(name, run)}")
        await world.round(SHIPMENTS)
        if name == REVOKED:
            await until(lambda: published(instance) == len(NUMBERS))
            other.start()
        assert await instance.died() == EXIT_CODE
        other.end()

        await forget_members(world.kafka)
        instance.start()

        await seen.until_all_is_said(world)
        await ended(instance)

        await judge(f"hard exit {name}", seen, world.events - before)
