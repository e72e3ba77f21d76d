"""The volume of the ledgers is full while the fold works on a load, and then it is not."""

import asyncio
import random
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.instance import Instance, ended, ending, published, until
from tests.faults.judge import Judge
from tests.faults.scale import Fault
from tests.faults.volume import Volume, file_size_limit, small_file_system
from tests.faults.witness import witness
from tests.faults.world import NUMBERS, World

pytestmark = pytest.mark.integration
FAULTS = {
    "full": Fault("disk full", 10),
    "limit": Fault("files at their largest size (EFBIG)", 10),
}
SHIPMENTS = 1_000
COMPLAINTS = ("disk is full", "disk I/O error", "No space left", "File too large")
CHANCE = random.Random(2)  # noqa: S311 - the same every time


@contextmanager
def volume(world: World, way: str, run: int) -> Iterator[tuple[Instance, Volume]]:
    instance = Instance(world.kafka, world.stack / "instances" / f"{way}-{run}")
    if way == "limit":
        with file_size_limit(instance.data) as limit:
            yield instance, limit
        return
    if shutil.which("unshare") is None or shutil.which("nsenter") is None:
        pytest.skip("there is no unshare here")
    try:
        with small_file_system(instance.data) as small:
            instance.prefix = small.prefix
            yield instance, small
    except PermissionError as error:
        pytest.skip(f"no file system may be mounted: {error}")


def complains(instance: Instance) -> bool:
    said = [*instance.status().get("problems", [])]
    return any(complaint in problem for problem in said for complaint in COMPLAINTS)


@pytest.mark.parametrize("run", range(FAULTS["full"].runs()))
@pytest.mark.parametrize("way", FAULTS)
async def test_the_disk_is_full_under_load(way: str, run: int, world: World, judge: Judge) -> None:
    before = world.events
    with volume(world, way, run) as (instance, space):
        async with ending(instance), witness(world.kafka) as seen:
            instance.start()
            await until(lambda: published(instance) == len(NUMBERS))
            await fill_under_load(world, space, instance)
            if run % 2 and way == "full":
                instance.end(signal.SIGKILL)
                instance.start()
                await until(lambda: fills(space, instance))

            space.free(instance)
            await world.round(SHIPMENTS)
            await seen.until_all_is_said(world)
            await ended(instance)

            await judge(FAULTS[way], seen, world, events=world.events - before)


async def fill_under_load(world: World, space: Volume, instance: Instance) -> None:
    """Fill the space while rounds are written, until the instance says so."""
    full = asyncio.Event()

    async def write() -> None:
        while not full.is_set():
            await world.round(SHIPMENTS)

    writing = asyncio.create_task(write())
    await asyncio.sleep(CHANCE.uniform(0, 1))
    await until(lambda: fills(space, instance))
    full.set()
    await writing


def fills(space: Volume, instance: Instance) -> bool:
    """Whether the instance says that it cannot write any more."""
    space.fill(instance)
    return complains(instance)
