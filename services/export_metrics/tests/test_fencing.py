"""Two generations of one fold fence each other: who waits, and for whom."""

import asyncio
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from chassis.folding.ledger.store import Ledger
from chassis.folding.publishing import retrying
from chassis.folding.publishing.charge import Role
from chassis.folding.publishing.publisher import Publisher
from chassis.folding.publishing.retrying import Retrying
from chassis.folding.publishing.sending import BatchTooSmallError
from chassis.folding.publishing.taking_over import TakingOver
from contracts.event import Event
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests.events import (
    TOPIC,
    Log,
    exported,
    goods,
    lost,
    uuid_of,
)
from services.export_metrics.tests.generations import (
    LOG,
    GenerationBus,
    SharedBroker,
    generation,
    has,
    until,
)
from services.export_metrics.tests.test_fold_properties import fold_into

LONG = Log(list(LOG.records[:3]))
for _number in range(1_000):
    LONG.append(uuid_of(f"more-{_number}"), 1, exported(goods(1), number=str(_number)))
    if _number % 10 == 0:
        LONG.append(uuid_of(f"more-{_number}"), 2, lost())


async def test_a_former_owner_who_has_much_to_say_does_not_keep_it_from_taking_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It publishes all the time, and to read what was told takes longer than it waits when it was
    fenced."""
    monkeypatch.setattr(retrying, "FENCED_SECONDS", (0.3,))
    broker = SharedBroker()
    bus = GenerationBus(broker, 2, before_said=lambda: asyncio.sleep(0.5))
    async with (
        generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3) as (first, former),
        generation(EXPORT_STATISTICS, tmp_path, bus, 3) as (second, newer),
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


async def test_one_that_was_fenced_waits_for_what_its_successor_is_about_to_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A producer of its own would abort the transaction in which that one takes over."""
    monkeypatch.setattr(retrying, "FENCED_SECONDS", (0.02,))
    broker = SharedBroker()
    async with (
        generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3) as (first, former),
        generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 2), 3) as (second, _),
    ):
        await until(lambda: first.is_out(TOPIC, 2) and second.is_out(TOPIC, 2))
        broker.commit_seconds = 0.5
        second.take_over()
        await until(lambda: "in-charge" in broker.open)
        fold_into(former, LOG, 3, 4)
        first.wake()
        await until(partial(has, first, Role.RETIRED))
        await until(partial(has, second, Role.IN_CHARGE))

    assert broker.epochs["in-charge"] == 3  # the first one, the one that took over, the new one


async def test_a_take_over_that_fails_each_time_leaves_the_former_one_time_to_speak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each one fences it, and figures that go out in between are no success of taking over."""
    monkeypatch.setattr(retrying, "FENCED_SECONDS", (0.1, 0.2, 0.4, 5.0))
    monkeypatch.setattr(TakingOver, "_tell", _cannot_tell)
    broker = SharedBroker()
    async with (
        generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3),
        generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 2), 3) as (second, newer),
    ):
        await until(lambda: second.is_out(TOPIC, 2))
        second.retrying = noted = NotedWaits()
        second.take_over()
        at = 3
        while len(noted.waits) < 4:
            await asyncio.sleep(0.02)
            fold_into(newer, LONG, at, at := at + 1)
            second.wake()

    assert noted.waits == [0.1, 0.2, 0.4, 5.0]
    assert second.retrying.fails


class NotedWaits(Retrying):
    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def seconds(self, error: Exception, now: float) -> float:
        self.waits.append(super().seconds(error, now))
        return self.waits[-1]


async def _cannot_tell(*_: object) -> None:
    raise BatchTooSmallError("a record of 2 MB")


async def _fold_on(*those: tuple[Publisher, Ledger]) -> None:
    for at in range(3, len(LONG.records)):
        for publisher, ledger in those:
            fold_into(ledger, LONG, at, at + 1)
            publisher.wake()
        await asyncio.sleep(0.01)


def _key(event: Event) -> tuple[str, str]:
    return type(event).__name__, event.model_dump()["trigger_id"]


async def test_one_that_has_been_succeeded_fences_nobody_when_it_begins(tmp_path: Path) -> None:
    broker = SharedBroker()
    async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3):
        await until(lambda: len(broker.committed) > 0)
    async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 2), 3) as (second, _):
        second.take_over()
        await until(partial(has, second, Role.IN_CHARGE))
        before = broker.epochs["in-charge"]
        async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3) as (one, _):
            await until(partial(has, one, Role.RETIRED))
            out = one.is_out(TOPIC, 2)

    assert broker.epochs["in-charge"] == before
    assert out, "what it caused is not put aside again"
