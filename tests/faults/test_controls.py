"""The process itself with a guard taken away: the faults of the other tests then do damage.

It is done to a log that no test but these is given, so each looks at what it adds to the damage.
"""

import signal
from collections.abc import Iterator

import pytest

from tests.faults.adapter import EXIT_CODE
from tests.faults.flawed import flawed
from tests.faults.instance import Instance, ended, ending, forget_members, published, until
from tests.faults.oracle import Finding
from tests.faults.stage import Stage
from tests.faults.test_disk import complains
from tests.faults.volume import FileSizeLimit
from tests.faults.witness import Witness, witness
from tests.faults.world import INPUTS, NUMBERS, World

pytestmark = pytest.mark.integration
SHIPMENTS = 400
TRIES = 4
UNHURRIED = {"ZARBIA_PUBLISH_PAUSE": "3"}
"""So that there is something that is folded and not published."""


@pytest.fixture(scope="module")
def set_apart(stage: Stage) -> Iterator[Stage]:
    stage.close()
    yield stage
    stage.close()


@pytest.fixture
async def spoilt(set_apart: Stage) -> World:
    return await set_apart.world()


def without(guard: str, world: World, name: str) -> Instance:
    instance = Instance(world.kafka, world.stack / "instances" / f"without {guard}" / name)
    flawed(instance, guard)
    return instance


async def damage(seen: Witness, world: World) -> Finding:
    await seen.until_all_is_said(world)
    return seen.found(world)


def has_folded(instance: Instance, world: World) -> bool:
    partitions = instance.status().get("partitions", [])
    return len(partitions) == len(NUMBERS) and all(
        partition["inputs"].get(topic.name, {}).get("next_offset")
        == world.ends[topic.name, partition["partition"]]
        for partition in partitions
        for topic in INPUTS
    )


async def test_without_the_cursor_a_join_has_triggers_said_twice(spoilt: World) -> None:
    guard = "triggers before the cursor are dropped"
    host, guest = (without(guard, spoilt, name) for name in "ab")
    async with ending(host, guest), witness(spoilt.kafka) as seen:
        host.start()
        await spoilt.round(SHIPMENTS)
        before = await damage(seen, spoilt)

        guest.start()
        await until(lambda: published(guest) > 0)
        guest.end()
        await ended(host)

        assert (await damage(seen, spoilt)).twice > before.twice


async def test_without_fencing_a_zombie_says_again_what_its_heir_said(spoilt: World) -> None:
    zombie, heir = (without("a former owner is fenced", spoilt, name) for name in "ab")
    zombie.environment = {**zombie.environment, **UNHURRIED}
    async with ending(zombie, heir), witness(spoilt.kafka) as seen:
        zombie.start()
        await until(lambda: published(zombie) == len(NUMBERS))
        await spoilt.round(SHIPMENTS)
        await until(lambda: has_folded(zombie, spoilt))
        zombie.send(signal.SIGSTOP)
        await forget_members(spoilt.kafka)
        heir.start()
        before = await damage(seen, spoilt)

        zombie.send(signal.SIGCONT)
        await until(lambda: published(zombie) > 0)
        await ended(zombie, heir)

        assert (await damage(seen, spoilt)).twice > before.twice


async def test_without_what_is_out_the_nation_is_told_again(spoilt: World) -> None:
    instance = without("the nation goes on from what is out", spoilt, "a")
    async with ending(instance), witness(spoilt.kafka) as seen:
        instance.start()
        await spoilt.round(SHIPMENTS)
        before = await damage(seen, spoilt)

        instance.end()
        instance.start()
        await spoilt.round(SHIPMENTS)

        assert (await damage(seen, spoilt)).twice > before.twice


async def test_with_aborted_cursors_triggers_are_lost(spoilt: World) -> None:
    instance = without("an aborted cursor is none", spoilt, "a")
    async with ending(instance), witness(spoilt.kafka) as seen:
        instance.start()
        before = after = await damage(seen, spoilt)
        for _ in range(TRIES):
            instance.end()
            await spoilt.round(SHIPMENTS)
            instance.start("before-commit-transaction:8")
            assert await instance.died() == EXIT_CODE
            await forget_members(spoilt.kafka)
            instance.start()
            after = await damage(seen, spoilt)
            if after.lost > before.lost:
                break

        assert after.lost > before.lost


async def test_with_aborted_inputs_too_much_is_counted(spoilt: World) -> None:
    instance = without("what was aborted is not folded", spoilt, "a")
    async with ending(instance), witness(spoilt.kafka) as seen:
        instance.start()
        before = await damage(seen, spoilt)
        await spoilt.abort()
        await spoilt.round(SHIPMENTS)

        assert (await damage(seen, spoilt)).twice > before.twice


async def test_without_transactions_a_full_disk_loses_or_doubles(spoilt: World) -> None:
    """A file has room for the first rows of a batch: they stay."""
    instance = without("a batch is one transaction", spoilt, "a")
    async with ending(instance), witness(spoilt.kafka) as seen:
        instance.start()
        before = after = await damage(seen, spoilt)
        for _ in range(TRIES):
            space = FileSizeLimit()
            space.fill(instance)
            await spoilt.round(SHIPMENTS)
            await until(lambda: complains(instance))
            space.free(instance)
            after = await damage(seen, spoilt)
            if after != before:
                break

        assert after != before


async def killed_between(guard: str, world: World) -> tuple[Finding, Finding]:
    """The damage of two rounds without a guard, before and after a kill between them."""
    instance = without(guard, world, "a")
    async with ending(instance), witness(world.kafka) as seen:
        instance.start()
        await world.round(SHIPMENTS)
        before = await damage(seen, world)

        instance.end(signal.SIGKILL)
        await forget_members(world.kafka)
        instance.start()
        await world.round(SHIPMENTS)

        return before, await damage(seen, world)


async def test_without_what_is_kept_of_states_a_kill_loses_or_doubles(spoilt: World) -> None:
    before, after = await killed_between("states are kept until they are in files", spoilt)

    assert after != before


async def test_without_what_waits_a_kill_loses_what_is_released(spoilt: World) -> None:
    """What one round left parked, or ahead of a gap, is not found again by the next."""
    before, after = await killed_between("what waits is known when a ledger is opened", spoilt)

    assert after.lost > before.lost
