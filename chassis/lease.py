"""Who leads: a lease in the service's database, taken by compare-and-set."""

from collections.abc import Callable

from chassis.store import Registers

LEASE_SECONDS = 6.0
RENEW_SECONDS = 2.0


class Lease:
    """One named lease.

    A leader that was stopped and wakes up again may act for a moment beside its successor. What it
    publishes then are copies with the same ids and ordinals, which readers drop.
    """

    def __init__(
        self, registers: Registers, name: str, holder: str, seconds_now: Callable[[], float]
    ) -> None:
        self._registers = registers
        self._name = f"lease:{name}"
        self._holder = holder
        self._seconds_now = seconds_now

    async def acquire(self) -> bool:
        """Take or renew the lease for LEASE_SECONDS. False while another instance holds it."""
        now = self._seconds_now()
        held = await self._registers.get(self._name)
        if held and held["holder"] != self._holder and held["until"] > now:
            return False
        lease = {"holder": self._holder, "until": now + LEASE_SECONDS}
        return await self._registers.put(self._name, held, lease)

    async def release(self) -> None:
        """Give the lease up, so that a successor need not wait."""
        held = await self._registers.get(self._name)
        if held and held["holder"] == self._holder:
            await self._registers.put(self._name, held, {"holder": "", "until": 0.0})
