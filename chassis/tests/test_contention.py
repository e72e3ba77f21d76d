"""Commands beside other writers, and against the clock."""

import asyncio
from collections.abc import Sequence

import pytest

from chassis.commands import ATTEMPTS, CommandHandler, ContentionError
from chassis.store import Change, Document, MemoryRepository
from chassis.tests.counters import (
    DECIDER,
    TOPIC,
    Count,
    Handler,
    Woken,
    around,
    creation,
    handler_of,
)


async def state_of(repository: MemoryRepository, id_: str) -> Document | None:
    return (await repository.load([id_])).get(id_)


class LosingRepository(MemoryRepository):
    """Another writer is first, `times` times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    async def change(self, change: Change) -> bool:
        if self.times:
            self.times -= 1
            other = await handler_of_others(self).execute(change.id, Count(by=100), around())
            assert other.events
        return await super().change(change)


def handler_of_others(repository: LosingRepository) -> Handler:
    others = MemoryRepository()
    others._documents = repository._documents
    return handler_of(others)


class TestContention:
    async def test_is_decided_anew_on_what_the_other_wrote(self) -> None:
        repository = LosingRepository(times=ATTEMPTS - 1)
        handler = handler_of(repository)
        await handler.create(creation("a", by=1))

        answer = await handler.execute("a", Count(by=1), around("k"))

        document = await state_of(repository, "a")
        assert document is not None
        assert document.state == {"total": 100 * (ATTEMPTS - 1) + 2}
        assert answer.ordinal == document.version == ATTEMPTS + 1

    async def test_gives_up_after_too_many(self) -> None:
        repository = LosingRepository(times=ATTEMPTS)
        handler = handler_of(repository)
        await handler.create(creation("a", by=1))

        with pytest.raises(ContentionError):
            await handler.execute("a", Count(by=1), around("k"))

        document = await state_of(repository, "a")
        assert document is not None
        assert document.command("k") is None


class HangingRepository(MemoryRepository):
    async def insert(self, documents: Sequence[Document]) -> set[str]:
        await asyncio.Event().wait()
        raise AssertionError

    async def load(self, ids: Sequence[str]) -> dict[str, Document]:
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_command_has_a_deadline() -> None:
    handler = CommandHandler(DECIDER, HangingRepository(), TOPIC, Woken(), seconds=0.01)

    with pytest.raises(TimeoutError):
        await handler.create(creation("a"))
    with pytest.raises(TimeoutError):
        await handler.execute("a", Count(by=1), around())


class SlowRepository(MemoryRepository):
    """Lets the others in between reading and writing."""

    async def change(self, change: Change) -> bool:
        await asyncio.sleep(0)
        return await super().change(change)


async def test_commands_of_one_process_take_turns() -> None:
    repository = SlowRepository()
    handler = handler_of(repository)
    await handler.create(creation("a", by=1))
    many = 5 * ATTEMPTS

    answers = await asyncio.gather(
        *(handler.execute("a", Count(by=1), around(f"k{n}")) for n in range(many))
    )

    assert sorted(answer.ordinal for answer in answers) == list(range(2, many + 2))
