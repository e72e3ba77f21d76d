"""One leader at a time, as far as a clock can tell."""

from dataclasses import dataclass

import pytest

from chassis.lease import LEASE_SECONDS, Lease
from chassis.store import JsonObject, MemoryRegisters


@dataclass
class Seconds:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def leases(seconds: Seconds) -> tuple[Lease, Lease]:
    registers = MemoryRegisters()
    return (
        Lease(registers, "relay", "one", seconds),
        Lease(registers, "relay", "two", seconds),
    )


async def test_is_held_by_one(leases: tuple[Lease, Lease]) -> None:
    one, two = leases
    assert await one.acquire()
    assert not await two.acquire()


async def test_is_kept_by_renewing(leases: tuple[Lease, Lease], seconds: Seconds) -> None:
    one, two = leases
    await one.acquire()
    seconds.now += LEASE_SECONDS - 1
    assert await one.acquire()
    seconds.now += LEASE_SECONDS - 1
    assert not await two.acquire()


async def test_is_taken_over_once_it_ran_out(leases: tuple[Lease, Lease], seconds: Seconds) -> None:
    one, two = leases
    await one.acquire()
    seconds.now += LEASE_SECONDS
    assert await two.acquire()
    assert not await one.acquire()


async def test_is_free_at_once_when_released(leases: tuple[Lease, Lease]) -> None:
    one, two = leases
    await one.acquire()
    await one.release()
    assert await two.acquire()


async def test_is_not_released_by_another(leases: tuple[Lease, Lease]) -> None:
    one, two = leases
    await one.acquire()
    await two.release()
    assert not await two.acquire()


async def test_of_two_who_see_it_free_one_gets_it(seconds: Seconds) -> None:
    class Overtaken(MemoryRegisters):
        """Another instance takes the lease between looking and taking."""

        async def get(self, name: str) -> JsonObject | None:
            seen = await super().get(name)
            await super().put(name, seen, {"holder": "other", "until": seconds.now + 1})
            return seen

    assert not await Lease(Overtaken(), "relay", "one", seconds).acquire()
