"""Many commands at once: each for itself, in order within an aggregate, whoever else writes."""

import asyncio
from collections.abc import Sequence

import hypothesis
import pytest
from hypothesis import strategies as st

from chassis.answer import Answer
from chassis.batch import WAVE, BatchHandler
from chassis.commands import CommandHandler, ContentionError
from chassis.execution import Execution
from chassis.store import Change, Document, MemoryRepository
from chassis.tests.counters import DECIDER, TOPIC, Count, Woken, around, creation, handler_of
from contracts.problem import RefusedError


def tell(id_: str, by: int, key: str) -> Execution[Count]:
    return Execution(id_, Count(by=by), around(key, f"{id_} by {by}"))


class CountingRepository(MemoryRepository):
    """Tells how often it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[int] = []
        self.writes: list[int] = []

    async def load(self, ids: Sequence[str]) -> dict[str, Document]:
        self.loads.append(len(ids))
        return await super().load(ids)

    async def change_many(self, changes: Sequence[Change]) -> bool:
        self.writes.append(len(changes))
        return await super().change_many(changes)


class ContendedRepository(MemoryRepository):
    """Another writer is first for `id_`, once or for ever."""

    def __init__(self, id_: str, times: int) -> None:
        super().__init__()
        self.id = id_
        self.times = times

    async def change(self, change: Change) -> bool:
        if change.id == self.id and self.times:
            self.times -= 1
            others = MemoryRepository()
            others._documents = self._documents
            await handler_of(others).execute(self.id, Count(by=100), around())
        return await super().change(change)


async def made(repository: MemoryRepository, *ids: str) -> None:
    await handler_of(repository).create_many([creation(id_) for id_ in ids])


async def total(repository: MemoryRepository, id_: str) -> object:
    return (await repository.load([id_]))[id_].state["total"]


async def test_a_wave_costs_one_load_and_one_write() -> None:
    repository = CountingRepository()
    await made(repository, "a", "b", "c")

    outcomes = await BatchHandler(handler_of(repository)).execute_many(
        [tell("a", 1, "1"), tell("b", 1, "1"), tell("a", 2, "2"), tell("c", 1, "1")]
    )

    assert [outcome.ordinal for outcome in outcomes if isinstance(outcome, Answer)] == [2, 2, 3, 2]
    assert repository.loads == [3, 1]
    assert repository.writes == [3, 1]


async def test_a_wave_is_not_too_long() -> None:
    repository = CountingRepository()
    ids = [f"id-{number}" for number in range(WAVE + 1)]
    await made(repository, *ids)

    await BatchHandler(handler_of(repository)).execute_many([tell(id_, 1, "1") for id_ in ids])

    assert repository.writes == [WAVE, 1]


async def test_nothing_is_written_for_what_changes_nothing() -> None:
    repository = CountingRepository()
    await made(repository, "a")
    batch = BatchHandler(handler_of(repository))
    await batch.execute_many([tell("a", 1, "1")])

    (again,) = await batch.execute_many([tell("a", 1, "1")])

    assert isinstance(again, Answer)
    assert again.ordinal == 2
    assert repository.writes == [1]


async def test_one_that_met_another_writer_is_decided_anew() -> None:
    repository = ContendedRepository("b", times=1)
    await made(repository, "a", "b", "c")
    woken = Woken()

    outcomes = await BatchHandler(handler_of(repository, woken)).execute_many(
        [tell("a", 1, "1"), tell("b", 1, "1"), tell("c", -1, "1"), tell("a", 1, "2")]
    )

    assert [type(outcome) for outcome in outcomes] == [Answer, Answer, RefusedError, Answer]
    assert [await total(repository, id_) for id_ in "abc"] == [3, 102, 1]
    # What was written in the batch is published, though nobody could tell that it had been.
    assert {id_ for id_, _ in woken.calls} == {"a", "b"}


async def test_one_that_is_busy_keeps_no_other_back() -> None:
    repository = ContendedRepository("a", times=100)
    await made(repository, "a", "b")

    outcomes = await BatchHandler(handler_of(repository)).execute_many(
        [tell("a", 1, "1"), tell("b", 1, "1")]
    )

    assert isinstance(outcomes[0], ContentionError)
    assert isinstance(outcomes[1], Answer)
    assert await total(repository, "b") == 2


async def test_a_deadline_is_told() -> None:
    class Hanging(MemoryRepository):
        async def change_many(self, changes: Sequence[Change]) -> bool:
            await asyncio.Event().wait()
            raise AssertionError

    repository = Hanging()
    await made(repository, "a")
    handler = CommandHandler(DECIDER, repository, TOPIC, Woken(), seconds=0.01)

    with pytest.raises(TimeoutError):
        await BatchHandler(handler).execute_many([tell("a", 1, "1")])


@hypothesis.given(
    st.lists(st.tuples(st.sampled_from("abcx"), st.integers(-1, 3), st.sampled_from("123456"))),
    st.integers(min_value=0, max_value=3),
)
async def test_it_does_what_single_commands_do(
    told: list[tuple[str, int, str]], times: int
) -> None:
    """Given the same commands, alone or in a batch beside another writer, the same follows."""
    alone, together = MemoryRepository(), ContendedRepository("b", times)
    await made(alone, "a", "b", "c")
    await made(together, "a", "b", "c")
    executions = [tell(*one) for one in told]

    outcomes = await BatchHandler(handler_of(together)).execute_many(executions)

    for execution, outcome in zip(executions, outcomes, strict=True):
        try:
            single = await handler_of(alone).execute(
                execution.id, execution.command, execution.circumstances
            )
        except RefusedError as error:
            assert isinstance(outcome, RefusedError)
            assert outcome.problems == error.problems  # noqa: PT017
        else:
            assert isinstance(outcome, Answer)
            assert len(outcome.events) == len(single.events)
    hundreds = 100 * (times - together.times)
    assert await total(together, "b") == int(str(await total(alone, "b"))) + hundreds
    assert [await total(together, id_) for id_ in "ac"] == [await total(alone, id_) for id_ in "ac"]
