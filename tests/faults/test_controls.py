"""The process itself with a guard taken away: the faults of the other tests then do damage.

Each spoils the log that it works on, so each has a broker of its own.
"""

import signal

import pytest

from tests.faults.flawed import flawed
from tests.faults.instance import Instance, ended, ending, published, until
from tests.faults.test_disk import complains
from tests.faults.volume import FileSizeLimit
from tests.faults.witness import witness
from tests.faults.world import World

pytestmark = pytest.mark.integration
SHIPMENTS = 400
FULL = 2


async def test_without_the_cursor_a_join_has_triggers_said_twice(spoilt_world: World) -> None:
    folder = spoilt_world.stack / "instances"
    host, guest = (Instance(spoilt_world.kafka, folder / name) for name in "ab")
    for instance in (host, guest):
        flawed(instance, "triggers before the cursor are dropped")
    async with ending(host, guest), witness(spoilt_world.kafka) as seen:
        host.start()
        await spoilt_world.round(SHIPMENTS)
        await seen.until_all_is_said(spoilt_world)

        guest.start()
        await until(lambda: published(guest) > 0)
        guest.end()
        await ended(host)
        await seen.until_all_is_said(spoilt_world)

        assert seen.found(spoilt_world).twice > 0


async def test_without_transactions_a_full_disk_loses_or_doubles(spoilt_world: World) -> None:
    """A file has room for the first rows of a batch: they stay."""
    instance = Instance(spoilt_world.kafka, spoilt_world.stack / "instances" / "in-parts")
    flawed(instance, "a batch is one transaction")
    async with ending(instance), witness(spoilt_world.kafka) as seen:
        instance.start()
        for _ in range(FULL):
            await spoilt_world.round(SHIPMENTS)
            await seen.until_all_is_said(spoilt_world)

            space = FileSizeLimit()
            space.fill(instance)
            await spoilt_world.round(SHIPMENTS)
            await until(lambda: complains(instance))
            space.free(instance)
        await seen.until_all_is_said(spoilt_world)
        await ended(instance)

        found = seen.found(spoilt_world)
        assert found.lost + found.twice + found.foreign > 0


async def test_without_what_is_kept_of_states_a_kill_loses_or_doubles(spoilt_world: World) -> None:
    instance = Instance(spoilt_world.kafka, spoilt_world.stack / "instances" / "kept-once")
    flawed(instance, "states are kept until they are in files")
    async with ending(instance), witness(spoilt_world.kafka) as seen:
        instance.start()
        await spoilt_world.round(SHIPMENTS)
        await seen.until_all_is_said(spoilt_world)

        instance.end(signal.SIGKILL)
        instance.start()
        await spoilt_world.round(SHIPMENTS)
        await seen.until_all_is_said(spoilt_world)
        await ended(instance)

        found = seen.found(spoilt_world)
        assert found.lost > 0 or found.twice > 0
