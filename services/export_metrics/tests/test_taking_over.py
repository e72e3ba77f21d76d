"""A generation takes over from another: under load, once, and never from a newer one."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from chassis.folding.changes import Fact
from chassis.folding.fold import Change, Fold
from chassis.folding.ledger.logs import LogId
from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing import retrying
from chassis.folding.publishing.charge import Role
from chassis.folding.publishing.publisher import Publisher
from contracts.event import Event
from contracts.topics import cursors
from services.export_metrics.domain.shipment import Shipment
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests.events import (
    TOPIC,
    Log,
    delivered,
    exported,
    goods,
    lost,
    uuid_of,
)
from services.export_metrics.tests.generations import GenerationBus, SharedBroker
from services.export_metrics.tests.test_fold_properties import fold_into
from services.export_metrics.tests.test_publisher import SETTINGS

A = uuid_of("a")
LOG = Log().opened().append(A, 1, exported(goods(5))).append(A, 2, lost()).append(A, 3, delivered())
LOG.append(A, 4, delivered())
LONG = Log(list(LOG.records[:3]))
for _number in range(1_000):
    LONG.append(uuid_of(f"more-{_number}"), 1, exported(goods(1), number=str(_number)))
    if _number % 10 == 0:
        LONG.append(uuid_of(f"more-{_number}"), 2, lost())
SOON = 20.0


def _late(state: Shipment, fact: Fact, day: date) -> Change:
    """Hears of the first delivery nothing."""
    if fact.ordinal == 3:
        return state, (), ()
    return EXPORT_STATISTICS.evolve(state, fact, day)


LATE = replace(EXPORT_STATISTICS, fingerprint="late", evolve=_late)


@asynccontextmanager
async def publishing(
    fold: Fold, data: Path, bus: GenerationBus, folded: int
) -> AsyncIterator[tuple[Publisher, Ledger]]:
    ledger = Ledger(fold, data, bus.generation, 3)
    fold_into(ledger, LOG, 0, folded)
    publisher = Publisher(ledger, SETTINGS, bus)
    task = asyncio.create_task(publisher.run())
    try:
        yield publisher, ledger
    finally:
        publisher.stop()
        await task
        ledger.close()


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not what():  # noqa: ASYNC110 - what is looked at has no event
            await asyncio.sleep(0.001)


def has(publisher: Publisher, role: Role) -> bool:
    return publisher.role is role


async def test_a_silent_generation_tells_no_decision_and_takes_over_once(tmp_path: Path) -> None:
    broker = SharedBroker()
    async with publishing(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3) as (first, _):
        await until(lambda: len(broker.committed) > 0)
        told = broker.decisions()
        bus = GenerationBus(broker, 2)
        async with publishing(EXPORT_STATISTICS, tmp_path, bus, 3) as (second, ledger):
            await until(partial(has, second, Role.SILENT))
            await until(lambda: second.problem is None and len(broker.committed) > 1)
            silent = broker.decisions()
            second.take_over()
            await until(partial(has, second, Role.IN_CHARGE))
            fold_into(ledger, LOG, 3, 4)
            second.wake()
            await until(lambda: len(broker.decisions()) > len(told))

    assert silent == told
    assert [type(event).__name__ for event in broker.decisions()] == [
        "RiskTriggerConstituted",
        "RiskTriggerWithdrawn",
    ]
    assert first.problem is not None


async def test_a_former_owner_who_has_much_to_say_does_not_keep_it_from_taking_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It publishes all the time, and to read what was told takes longer than it waits when it was
    fenced."""
    monkeypatch.setattr(retrying, "FENCED_SECONDS", (0.3,))
    broker = SharedBroker()
    bus = GenerationBus(broker, 2, before_said=lambda: asyncio.sleep(0.5))
    async with (
        publishing(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3) as (first, former),
        publishing(EXPORT_STATISTICS, tmp_path, bus, 3) as (second, newer),
    ):
        folding = asyncio.create_task(_fold_on((first, former), (second, newer)))
        try:
            await until(lambda: len(broker.committed) > 0)
            second.take_over()
            await until(partial(has, second, Role.IN_CHARGE))
            await until(partial(has, first, Role.RETIRED))
        finally:
            folding.cancel()

    assert Counter(map(_key, broker.decisions())).most_common(1)[0][1] == 1
    assert broker.epochs["in-charge"] < 10


async def _fold_on(*those: tuple[Publisher, Ledger]) -> None:
    for at in range(3, len(LONG.records)):
        for publisher, ledger in those:
            fold_into(ledger, LONG, at, at + 1)
            publisher.wake()
        await asyncio.sleep(0.01)


def _key(event: Event) -> tuple[str, str]:
    return type(event).__name__, event.model_dump()["trigger_id"]


async def test_what_a_former_generation_has_ended_is_not_ended_again(tmp_path: Path) -> None:
    broker = SharedBroker()
    async with publishing(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 4):
        await until(lambda: len(broker.decisions()) == 2)
    async with publishing(LATE, tmp_path, GenerationBus(broker, 2), 4) as (second, ledger):
        second.take_over()
        await until(partial(has, second, Role.IN_CHARGE))
        fold_into(ledger, LOG, 4, 5)  # for this one the trigger ends now
        second.wake()
        await until(lambda: ledger.unpublished().said == [])

    assert len(broker.decisions()) == 2


async def test_without_a_cursor_of_a_predecessor_what_stands_is_not_told_anew(
    tmp_path: Path,
) -> None:
    """As where the topics of cursors were made anew: only what was told tells how far it went."""
    broker = SharedBroker()
    async with publishing(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3):
        await until(lambda: len(broker.decisions()) == 1)
    of_the_first = cursors(1).name
    broker.committed = [[r for r in each if r[0] != of_the_first] for each in broker.committed]
    async with publishing(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 2), 3) as (second, _):
        second.take_over()
        await until(partial(has, second, Role.IN_CHARGE))

    assert len(broker.decisions()) == 1


async def test_one_that_is_halted_while_it_reads_what_was_told_does_not_take_over(
    tmp_path: Path,
) -> None:
    """The former one, whose ledger may be sound, would have no way back."""
    broker = SharedBroker()
    bus = GenerationBus(broker, 2)
    async with publishing(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3):
        await until(lambda: len(broker.committed) > 0)
    async with publishing(EXPORT_STATISTICS, tmp_path, bus, 3) as (second, _):

        async def halted() -> None:
            second.halt("the log was cut")

        bus.before_said = halted
        second.take_over()
        await until(lambda: second.problem == "the log was cut")

    cursor = await bus.read_cursor(1)
    assert cursor is not None
    assert cursor.successor is None


async def test_what_a_silent_one_has_decided_is_still_to_be_told(tmp_path: Path) -> None:
    """By the ledger's own word, too: another owner may have taken over from there."""
    broker = SharedBroker()
    async with publishing(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 2):
        await until(lambda: len(broker.committed) > 0)
    async with publishing(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 2), 2) as (one, own):
        await until(lambda: len(broker.committed) > 1)
        fold_into(own, LOG, 2, 3)
        before = own.unpublished().said
        one.wake()
        await asyncio.sleep(0.05)
        after = own.unpublished().said

    assert len(before) == len(after) == 1


async def test_a_generation_that_was_passed_over_never_takes_over(tmp_path: Path) -> None:
    broker = SharedBroker()
    async with publishing(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3):
        await until(lambda: len(broker.committed) > 0)
    async with publishing(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 3), 3) as (third, _):
        third.take_over()
        await until(partial(has, third, Role.IN_CHARGE))
        async with publishing(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 2), 3) as (old, _):
            old.take_over()
            await until(partial(has, old, Role.RETIRED))
            before = len(broker.committed)

    assert len(broker.committed) == before


async def test_of_a_log_that_is_another_nothing_more_is_said(tmp_path: Path) -> None:
    broker = SharedBroker()
    ledger = Ledger(EXPORT_STATISTICS, tmp_path, 1, 3)
    fold_into(ledger, LOG, 0, 3)
    publisher = Publisher(ledger, SETTINGS, GenerationBus(broker, 1))
    publisher.halt("the log was made anew")

    task = asyncio.create_task(publisher.run())
    await asyncio.sleep(0.05)
    problem = publisher.problem
    publisher.stop()
    await task
    ledger.close()

    assert (problem, broker.committed, broker.started) == ("the log was made anew", [], 0)


@pytest.mark.parametrize(("now", "said"), [("a", 2), ("b", 1)], ids=["the same", "another"])
async def test_a_lost_ledger_is_not_folded_anew_from_another_log(
    tmp_path: Path, now: str, said: int
) -> None:
    """What was published would stay beside what the other log says."""
    broker = SharedBroker()
    for folder, id_, folded in (("lost", "a", 3), ("new", now, 4)):
        ledger = Ledger(EXPORT_STATISTICS, tmp_path / folder, 1, 3)
        ledger.logs.note({LOG.topic.name: LogId("Zs78yXxeRfhddMPR0YsCeg", id_ * 32)})
        fold_into(ledger, LOG, 0, folded)
        publisher = Publisher(ledger, SETTINGS, GenerationBus(broker, 1))
        task = asyncio.create_task(publisher.run())
        await until(partial(_is_out_or_halted, publisher))
        publisher.stop()
        await task
        ledger.close()

    assert len(broker.committed) == said


def _is_out_or_halted(publisher: Publisher) -> bool:
    return publisher.is_out(TOPIC, 2) or "made anew" in (publisher.problem or "")


async def test_halted_between_two_publications_it_says_no_more(tmp_path: Path) -> None:
    broker = SharedBroker()
    async with publishing(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3) as (
        one,
        ledger,
    ):
        await until(lambda: len(broker.committed) > 0)
        one.halt("the log was cut")
        fold_into(ledger, LOG, 3, 4)
        one.wake()
        await until(lambda: one.problem == "the log was cut")
        before = len(broker.committed)

    assert len(broker.committed) == before == 1
