"""Clocks that are a day or a year off, and other hash seeds: what is said is the same, and so is
the digest of a fold from zero."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import httpx
import pytest

from chassis.clock import SystemClock
from tests.faults.circumstances import DAY, SHIFTS, circumstances, run
from tests.faults.instance import Instance, ended, ending, until
from tests.faults.judge import Judge
from tests.faults.refolding import FLAWS, digest
from tests.faults.scale import SCALE, Fault
from tests.faults.witness import witness
from tests.faults.world import World

SHIPMENTS = 300
TRIED = SHIFTS if SCALE else (-365 * DAY,)
FAULTS = {shift: Fault(f"clock {shift // DAY:+,} days, a random hash seed", 3) for shift in SHIFTS}
RUNS = FAULTS[DAY].runs()


def days_off(instance: Instance) -> int:
    """How far the clock of an instance is off, by the date of what it answers."""
    response = httpx.get(f"http://127.0.0.1:{instance.port}/health/live", timeout=5)
    said = parsedate_to_datetime(response.headers["date"])
    return round((said - SystemClock().now()).total_seconds() / DAY)


def verified_digest(world: World, environment: Mapping[str, str]) -> str:
    """That of `zarbia verify`, which fails unless all is equal."""
    said = run(environment, "console", "verify", "--data", str(world.stack))
    (found,) = re.findall(r"digest ([0-9a-f]{64})", said)
    return str(found)


@pytest.mark.integration
@pytest.mark.parametrize("run_number", range(RUNS))
@pytest.mark.parametrize("shift", TRIED)
async def test_the_clock_is_off(shift: int, run_number: int, world: World, judge: Judge) -> None:
    before, environment = world.events, circumstances(shift)
    folder = world.stack / "instances" / f"clock-{run_number % 2}"
    instance = Instance(world.kafka, folder, environment=environment)
    async with ending(instance), witness(world.kafka) as seen:
        instance.start()
        await until(lambda: bool(instance.status()))
        assert days_off(instance) == shift // DAY

        await world.round(SHIPMENTS)
        await seen.until_all_is_said(world)
        await ended(instance)

        assert len({verified_digest(world, each) for each in (circumstances(), environment)}) == 1
        events = world.events - before
        await judge(FAULTS[shift], seen, world, events=events, verify=False)


def digests(*flaws: str) -> set[str]:
    return {run(circumstances(shift), "tests.faults.refolding", *flaws) for shift in (0, *TRIED)}


def test_a_fold_from_zero_has_one_digest() -> None:
    assert digests() == {digest()}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_fold_that_rests_on_its_circumstances_has_many(flaw: str) -> None:
    assert len(digests(flaw)) > 1
