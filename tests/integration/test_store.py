"""One suite for every store: whatever keeps the aggregates, it keeps these promises."""

import asyncio
from dataclasses import replace

from chassis.store import (
    Change,
    CommandRecord,
    Document,
    OutboxRecord,
    Repository,
)
from chassis.store.document import COMMANDS_KEPT

WRITERS = 20
STEPS_EACH = 10


def record(ordinal: int) -> OutboxRecord:
    return OutboxRecord(
        ordinal=ordinal,
        event_id=f"event-{ordinal}",
        event_type="ma.zarbia.counting.Counted.v1",
        topic="counting.counters.v1",
        partition=3,
        key="order-1",
        timestamp_ms=1_751_284_800_123,
        headers={"ce_id": f"event-{ordinal}", "content-type": "application/json"},
        value=b'{"note":"\xd8\xb2\xd8\xb1\xd8\xa8\xd9\x8a\xd8\xa9"}\x00\xff',
    )


def command(key: str, ordinal: int = 1) -> CommandRecord:
    return CommandRecord(key, f"hash of {key}", ordinal, ((f"event-{ordinal}", "Counted"),))


def document(id_: str = "a", *, producer: str = "p1", waiting: int = 1) -> Document:
    """An aggregate whose first `waiting` events are in its outbox."""
    return Document(
        id=id_,
        partition_key="order-1",
        version=waiting,
        state={"total": 1, "exporter": {"producer_id": producer}, "lines": [{"price": "1.50"}]},
        creation=command("creation"),
        outbox=tuple(record(ordinal) for ordinal in range(1, waiting + 1)),
    )


def change(before: int, *, key: str | None = None, events: int = 1) -> Change:
    """`events` more events on top of version `before` of aggregate a."""
    version = before + events
    return Change(
        id="a",
        expected_version=before,
        version=version,
        state={"total": version},
        command=command(key, version) if key else None,
        outbox=tuple(record(ordinal) for ordinal in range(before + 1, version + 1)),
    )


async def loaded(repository: Repository, id_: str = "a") -> Document:
    return (await repository.load([id_]))[id_]


async def waiting(repository: Repository, id_: str = "a") -> list[int]:
    return [record.ordinal for record in (await repository.outboxes([id_]))[id_]]


class TestDocuments:
    async def test_come_back_as_they_were(self, repository: Repository) -> None:
        assert await repository.insert([document(waiting=2)]) == set()
        assert await loaded(repository) == document(waiting=2)

    async def test_that_do_not_exist_are_left_out(self, repository: Repository) -> None:
        await repository.insert([document("a"), document("b")])

        assert set(await repository.load(["b", "missing", "a"])) == {"a", "b"}
        assert await repository.load(["missing"]) == {}
        assert await repository.load([]) == {}

    async def test_that_exist_stay_as_they_were(self, repository: Repository) -> None:
        await repository.insert([document("b", producer="first")])

        existed = await repository.insert(
            [document("a"), document("b", producer="second"), document("c")]
        )

        assert existed == {"b"}
        assert set(await repository.load(["a", "b", "c"])) == {"a", "b", "c"}
        assert await loaded(repository, "b") == document("b", producer="first")

    async def test_may_be_none(self, repository: Repository) -> None:
        assert await repository.insert([]) == set()
        await repository.acknowledge({})
        assert await repository.outboxes([]) == {}

    async def test_are_found_by_what_is_in_their_state(self, repository: Repository) -> None:
        await repository.insert(
            [document("a"), document("b", producer="p2"), document("c", producer="p2")]
        )

        found = await repository.find("exporter.producer_id", "p2")

        assert {d.id for d in found} == {"b", "c"}
        assert await repository.find("exporter.producer_id", "p9") == []
        assert await repository.find("no.such.field", "p2") == []

    async def test_the_store_is_ready(self, repository: Repository) -> None:
        await repository.ready()


class TestChanges:
    async def test_write_state_command_and_events_together(self, repository: Repository) -> None:
        await repository.insert([document()])

        assert await repository.change(change(1, key="k", events=2))

        after = await loaded(repository)
        assert (after.version, after.state) == (3, {"total": 3})
        assert after.command("k") == command("k", 3)
        assert [r.ordinal for r in after.outbox] == [1, 2, 3]
        assert after.creation == document().creation
        assert after.partition_key == "order-1"

    async def test_of_the_second_writer_are_refused(self, repository: Repository) -> None:
        await repository.insert([document()])
        await repository.change(change(1, key="first"))
        before = await loaded(repository)

        assert not await repository.change(change(1, key="second", events=2))

        assert await loaded(repository) == before

    async def test_of_what_does_not_exist_are_refused(self, repository: Repository) -> None:
        assert not await repository.change(change(1))
        assert await repository.load(["a"]) == {}

    async def test_without_command_or_events_are_possible(self, repository: Repository) -> None:
        await repository.insert([document()])

        assert await repository.change(change(1, events=0, key="no effect"))
        assert await repository.change(change(1, events=1))

        after = await loaded(repository)
        assert after.version == 2
        assert after.command("no effect") is not None
        assert [r.ordinal for r in after.outbox] == [1, 2]

    async def test_only_the_latest_commands_are_remembered(self, repository: Repository) -> None:
        await repository.insert([document()])
        for version in range(1, COMMANDS_KEPT + 6):
            assert await repository.change(change(version, key=f"k{version}"))

        after = await loaded(repository)

        kept = [known.key for known in after.commands]
        assert kept == [f"k{n}" for n in range(6, COMMANDS_KEPT + 6)]
        assert after.command("k5") is None
        assert after.command("creation") == document().creation

    async def test_of_many_writers_are_all_counted(self, repository: Repository) -> None:
        await repository.insert([replace(document(), version=0, outbox=())])

        async def write() -> None:
            done = 0
            while done < STEPS_EACH:
                version = (await loaded(repository)).version
                done += await repository.change(change(version))

        await asyncio.gather(*(write() for _ in range(WRITERS)))

        after = await loaded(repository)
        assert after.version == WRITERS * STEPS_EACH
        assert [r.ordinal for r in after.outbox] == list(range(1, WRITERS * STEPS_EACH + 1))


class TestManyChanges:
    async def test_are_each_written_whole(self, repository: Repository) -> None:
        await repository.insert([document("a"), document("b")])
        of_b = replace(change(1, key="k", events=2), id="b")

        assert await repository.change_many([change(1, key="k"), of_b])

        found = await repository.load(["a", "b"])
        assert (found["a"].version, found["b"].version) == (2, 3)
        assert [len(found[id_].outbox) for id_ in "ab"] == [2, 3]
        assert found["b"].commands == (command("k", 3),)

    async def test_tell_when_one_was_not_the_first(self, repository: Repository) -> None:
        await repository.insert([document("a"), document("b")])
        await repository.change(change(1, key="first"))
        of_b = replace(change(1, key="k"), id="b")

        assert not await repository.change_many([change(1, key="second"), of_b])

        found = await repository.load(["a", "b"])
        assert [one.key for one in found["a"].commands] == ["first"]
        assert [one.key for one in found["b"].commands] == ["k"]

    async def test_may_be_none(self, repository: Repository) -> None:
        assert await repository.change_many([])


class TestOutboxes:
    async def test_lose_only_the_acknowledged_prefix(self, repository: Repository) -> None:
        await repository.insert([document(waiting=4), document("b", waiting=2)])

        await repository.acknowledge({"a": 2, "b": 2, "missing": 9})

        assert await waiting(repository, "a") == [3, 4]
        assert await waiting(repository, "b") == []

    async def test_keep_what_was_written_meanwhile(self, repository: Repository) -> None:
        await repository.insert([document(waiting=2)])
        await repository.change(change(2, events=2))

        await repository.acknowledge({"a": 2})

        assert await waiting(repository) == [3, 4]
        assert (await loaded(repository)).version == 4

    async def test_acknowledging_again_changes_nothing(self, repository: Repository) -> None:
        await repository.insert([document(waiting=3)])
        await repository.acknowledge({"a": 3})
        await repository.acknowledge({"a": 2})

        assert await waiting(repository) == []

    async def test_that_are_not_empty_are_pending(self, repository: Repository) -> None:
        await repository.insert([document(id_) for id_ in "abcd"])
        await repository.acknowledge({"b": 1})

        assert set(await repository.pending(10)) == {"a", "c", "d"}
        assert len(await repository.pending(2)) == 2
        await repository.acknowledge({"a": 1, "c": 1, "d": 1})
        assert await repository.pending(10**9) == []

    async def test_come_for_those_that_exist(self, repository: Repository) -> None:
        await repository.insert([document("a"), document("b", waiting=2)])

        found = await repository.outboxes(["a", "b", "missing"])

        assert found == {"a": (record(1),), "b": (record(1), record(2))}
