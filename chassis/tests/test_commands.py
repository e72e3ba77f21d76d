"""Commands: idempotent, all or nothing, tried again when another writer was first."""

import pytest

from chassis.answer import Done
from chassis.store import Document, MemoryRepository
from chassis.tests.counters import (
    BROADCAST,
    TOPIC,
    Count,
    Handler,
    Woken,
    around,
    creation,
    handler_of,
)
from contracts.partitioner import partition_of
from contracts.problem import RefusedError


@pytest.fixture
def repository() -> MemoryRepository:
    return MemoryRepository()


@pytest.fixture
def handler(repository: MemoryRepository) -> Handler:
    return handler_of(repository)


async def state_of(repository: MemoryRepository, id_: str) -> Document | None:
    return (await repository.load([id_])).get(id_)


def code(error: RefusedError | object) -> str:
    assert isinstance(error, RefusedError)
    return error.problems[0].code


class TestCreating:
    async def test_answers_with_ordinal_and_where_the_event_goes(self, handler: Handler) -> None:
        answer = await handler.create(creation("a", key="k"))

        assert (answer.id, answer.ordinal, answer.done) == ("a", 1, Done.NOW)
        (event,) = answer.events
        assert event.ordinal == 1
        assert event.topic == TOPIC.name
        assert event.partition == partition_of("a", TOPIC.partitions)

    async def test_state_and_event_are_written_together(
        self, handler: Handler, repository: MemoryRepository
    ) -> None:
        answer = await handler.create(creation("a", by=4, key="k"))

        document = await state_of(repository, "a")
        assert document is not None
        assert document.state == {"total": 4}
        assert [record.event_id for record in document.outbox] == [answer.events[0].id]
        assert document.outbox[0].value == b'{"by":4}'

    async def test_a_broadcast_event_is_answered_once(self, repository: MemoryRepository) -> None:
        handler = handler_of(repository, topic=BROADCAST)
        first = await handler.create(creation("a", key="k"))
        second = await handler.execute("a", Count(by=1, times=2), around("l"))
        again = await handler.execute("a", Count(by=1, times=2), around("l"))

        assert [event.ordinal for event in first.events] == [1]
        assert [event.ordinal for event in second.events] == [2, 3]
        assert (again.ordinal, again.events) == (3, second.events)

    async def test_same_key_and_body_give_the_same_answer(
        self, handler: Handler, repository: MemoryRepository
    ) -> None:
        first = await handler.create(creation("a", key="k"))
        before = await state_of(repository, "a")

        again = await handler.create(creation("a", key="k"))

        assert again.done is Done.BEFORE
        assert (again.id, again.ordinal, again.events) == (first.id, first.ordinal, first.events)
        assert await state_of(repository, "a") == before

    async def test_the_answer_stays_the_same_after_later_events(self, handler: Handler) -> None:
        first = await handler.create(creation("a", key="k"))
        await handler.execute("a", Count(by=2), around("later"))

        again = await handler.create(creation("a", key="k"))

        assert (again.ordinal, again.events) == (1, first.events)

    async def test_same_key_with_another_body_is_a_conflict(
        self, handler: Handler, repository: MemoryRepository
    ) -> None:
        await handler.create(creation("a", by=1, key="k", fingerprint="one"))
        before = await state_of(repository, "a")

        with pytest.raises(RefusedError) as refusal:
            await handler.create(creation("a", by=2, key="k", fingerprint="two"))

        assert code(refusal.value) == "idempotency_key_reused"
        assert await state_of(repository, "a") == before

    async def test_natural_identity_with_another_content_is_a_conflict(
        self, handler: Handler
    ) -> None:
        await handler.create(creation("a", fingerprint="one", natural="number"))

        with pytest.raises(RefusedError) as refusal:
            await handler.create(creation("a", fingerprint="two", natural="number"))

        (problem,) = refusal.value.problems
        assert (problem.code, problem.field) == ("exists", "number")

    async def test_natural_identity_with_the_same_content_was_there_otherwise(
        self, handler: Handler
    ) -> None:
        await handler.create(creation("a", key="one", natural="number"))

        again = await handler.create(creation("a", key="two", natural="number"))

        assert again.done is Done.OTHERWISE

    async def test_nothing_is_written_when_refused(self, repository: MemoryRepository) -> None:
        woken = Woken()

        with pytest.raises(RefusedError):
            await handler_of(repository, woken).create(creation("a", by=-1, key="k"))

        assert await state_of(repository, "a") is None
        assert woken.calls == []


class TestCreatingMany:
    async def test_outcomes_come_in_the_order_of_the_input(self, handler: Handler) -> None:
        outcomes = await handler.create_many(
            [creation("a"), creation("b", by=-1), creation("c"), creation("a")]
        )

        codes = [
            outcome.done if not isinstance(outcome, RefusedError) else code(outcome)
            for outcome in outcomes
        ]
        assert codes == [Done.NOW, "negative", Done.NOW, Done.BEFORE]

    async def test_the_same_id_twice_is_judged_against_the_first(self, handler: Handler) -> None:
        first, second = await handler.create_many(
            [creation("a", fingerprint="one"), creation("a", fingerprint="two")]
        )

        assert not isinstance(first, RefusedError)
        assert code(second) == "idempotency_key_reused"

    async def test_the_same_id_twice_after_a_refused_first_writes_nothing(
        self, handler: Handler, repository: MemoryRepository
    ) -> None:
        outcomes = await handler.create_many([creation("a", by=-1), creation("a", by=1)])

        assert [code(outcome) for outcome in outcomes] == ["negative", "refused_before"]
        assert await state_of(repository, "a") is None


class TestExecuting:
    async def test_ordinals_count_events(
        self, handler: Handler, repository: MemoryRepository
    ) -> None:
        await handler.create(creation("a", by=1))

        answer = await handler.execute("a", Count(by=5, times=3), around("k"))

        assert answer.ordinal == 4
        assert [event.ordinal for event in answer.events] == [2, 3, 4]
        document = await state_of(repository, "a")
        assert document is not None
        assert (document.version, document.state) == (4, {"total": 16})

    async def test_repeat_gives_the_same_answer_and_counts_once(
        self, handler: Handler, repository: MemoryRepository
    ) -> None:
        await handler.create(creation("a", by=1))
        first = await handler.execute("a", Count(by=5, times=2), around("k"))

        again = await handler.execute("a", Count(by=5, times=2), around("k"))

        assert (again.ordinal, again.events, again.done) == (3, first.events, Done.BEFORE)
        document = await state_of(repository, "a")
        assert document is not None
        assert document.state == {"total": 11}

    async def test_repeat_with_another_body_is_a_conflict(self, handler: Handler) -> None:
        await handler.create(creation("a"))
        await handler.execute("a", Count(by=5), around("k", "one"))

        with pytest.raises(RefusedError) as refusal:
            await handler.execute("a", Count(by=6), around("k", "two"))

        assert code(refusal.value) == "idempotency_key_reused"

    async def test_a_command_without_effect_is_remembered_with_its_answer(
        self, handler: Handler, repository: MemoryRepository
    ) -> None:
        await handler.create(creation("a"))
        first = await handler.execute("a", Count(by=0), around("k"))
        await handler.execute("a", Count(by=5), around("other"))

        again = await handler.execute("a", Count(by=0), around("k"))

        assert (first.ordinal, first.events) == (1, ())
        assert (again.ordinal, again.events, again.done) == (1, (), Done.BEFORE)

    async def test_what_does_not_exist_is_not_found(self, handler: Handler) -> None:
        with pytest.raises(RefusedError) as refusal:
            await handler.execute("nowhere", Count(by=1), around())

        assert code(refusal.value) == "not_found"

    async def test_the_publisher_gets_the_whole_outbox_or_none(
        self, repository: MemoryRepository
    ) -> None:
        woken = Woken()
        handler = handler_of(repository, woken)

        await handler.create(creation("a"))
        await handler.execute("a", Count(by=1), around())
        await repository.acknowledge({"a": 2})
        await handler.execute("a", Count(by=1), around())

        ordinals = [fresh and [record.ordinal for record in fresh] for _, fresh in woken.calls]
        assert ordinals == [[1], None, [3]]
