"""One suite for the registers of every store."""

import asyncio

from chassis.store import (
    Registers,
)

WRITERS = 20
STEPS_EACH = 10


class TestRegisters:
    async def test_hold_a_value(self, registers: Registers) -> None:
        assert await registers.get("days") is None
        assert await registers.put("days", None, {"through": None, "closing": "2025-03-09"})
        assert await registers.get("days") == {"through": None, "closing": "2025-03-09"}

    async def test_are_set_only_over_the_expected_value(self, registers: Registers) -> None:
        await registers.put("lease", None, {"holder": "one", "until": 1.5})

        assert not await registers.put("lease", None, {"holder": "two", "until": 2.5})
        assert not await registers.put("lease", {"holder": "x", "until": 1.5}, {"holder": "two"})
        assert await registers.get("lease") == {"holder": "one", "until": 1.5}
        known = await registers.get("lease")
        assert await registers.put("lease", known, {"holder": "two", "until": 2.5})
        assert await registers.get("lease") == {"holder": "two", "until": 2.5}

    async def test_that_were_never_set_cannot_be_replaced(self, registers: Registers) -> None:
        assert not await registers.put("clock", {"now": "x"}, {"now": "y"})
        assert await registers.get("clock") is None

    async def test_are_listed_by_prefix_in_order(self, registers: Registers) -> None:
        for name in ("task:b", "task:a", "other", "task.c"):
            await registers.put(name, None, {})

        assert list(await registers.names("task:")) == ["task:a", "task:b"]

    async def test_can_be_forgotten(self, registers: Registers) -> None:
        await registers.put("task", None, {"n": 1})
        await registers.delete("task")
        await registers.delete("task")

        assert await registers.get("task") is None
        assert await registers.put("task", None, {"n": 2})

    async def test_count_exactly_with_many_writers(self, registers: Registers) -> None:
        await registers.put("count", None, {"n": 0})

        async def write() -> None:
            done = 0
            while done < STEPS_EACH:
                known = await registers.get("count")
                assert known is not None
                done += await registers.put("count", known, {"n": known["n"] + 1})

        await asyncio.gather(*(write() for _ in range(WRITERS)))

        assert await registers.get("count") == {"n": WRITERS * STEPS_EACH}

    async def test_of_many_who_create_one_succeeds(self, registers: Registers) -> None:
        outcomes = await asyncio.gather(
            *(registers.put("lease", None, {"holder": n}) for n in range(WRITERS))
        )

        assert outcomes.count(True) == 1
        winner = outcomes.index(True)
        assert await registers.get("lease") == {"holder": winner}
