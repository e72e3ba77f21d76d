"""A hard exit at the boundaries that a process passes seldom, unless it is told otherwise."""

from collections.abc import Mapping

import pytest

from tests.faults.adapter import EXIT_CODE
from tests.faults.instance import Instance, ended, ending, forget_members
from tests.faults.judge import Judge
from tests.faults.scale import Fault
from tests.faults.snapshotting import OFTEN, ledgers_lost
from tests.faults.witness import witness
from tests.faults.world import World

pytestmark = pytest.mark.integration
SHIPMENTS = 600
RESTORED = "while-ledger-is-restored"
SELDOM: Mapping[str, Mapping[str, str]] = {
    "between-transactions": {"ZARBIA_TRANSACTION_OUTPUTS": "1"},
    "while-snapshot-is-made": OFTEN,
    "after-snapshot": OFTEN,
    RESTORED: OFTEN,
}
"""With what makes a process come by."""
FAULTS = {name: Fault(f"hard exit {name}", 20) for name in SELDOM}
PASSINGS = 8


@pytest.mark.parametrize(
    ("name", "run"), [(name, run) for name in SELDOM for run in range(FAULTS[name].runs())]
)
async def test_hard_exit(name: str, run: int, world: World, judge: Judge) -> None:
    instance = Instance(world.kafka, world.stack / "instances" / name, environment=SELDOM[name])
    async with ending(instance), witness(world.kafka) as seen:
        before = world.events
        if name == RESTORED:
            await ledgers_lost(world, instance)
        instance.start(f"{name}:{1 + run % PASSINGS}")
        await world.round(SHIPMENTS)
        assert await instance.died() == EXIT_CODE

        await forget_members(world.kafka)
        instance.environment = {}  # a transaction for each output of the whole log takes too long
        instance.start()
        await seen.until_all_is_said(world)
        await ended(instance)

        await judge(FAULTS[name], seen, world, events=world.events - before)
