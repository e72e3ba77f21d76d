"""A changed fold is built beside the one in charge, and takes over while events arrive."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest
from aiokafka import TopicPartition
from rich.progress import Progress

from chassis import kafka
from chassis.folding.publishing.log import reading, records
from contracts.event import Event
from contracts.topics import RISK_TRIGGERS, cursors, statistics
from tests.faults.adapter import (
    EXPORT_STATISTICS,
    Change,
    Fact,
    Fold,
    Folding,
    Lost,
    Role,
    Settings,
    Verifiable,
    compared,
    decided,
    told_by,
    told_on_topic,
    verified,
)
from tests.faults.world import NUMBERS, World

pytestmark = pytest.mark.integration
PATIENCE_SECONDS = 180.0
UNCONVINCED = "01234567"
"""How the ids of the shipments begin of whose loss the changed fold says nothing."""


def corrected(shipment: object, fact: Fact, day: date) -> Change:
    """No trigger for some losses, and those of others under the next version of the rule."""
    after, movements, said = EXPORT_STATISTICS.evolve(shipment, fact, day)
    if not isinstance(fact.event, Lost):
        return after, movements, said
    if fact.subject[0] in UNCONVINCED:
        return shipment, (), ()
    anew = [
        event.model_copy(update={"trigger_id": _other_id(event), "rule_version": 2})
        for event in said
    ]
    return after, movements, anew


def _other_id(event: Event) -> str:
    return str(uuid5(NAMESPACE_URL, event.model_dump()["trigger_id"]))


CORRECTED = replace(EXPORT_STATISTICS, fingerprint="corrected", evolve=corrected)
SUBJECT = Verifiable(CORRECTED, RISK_TRIGGERS)


@asynccontextmanager
async def folding(
    fold: Fold, kafka_url: str, data: Path, generation: int
) -> AsyncIterator[Folding]:
    folding = Folding(fold, Settings(kafka=kafka_url, data=data), generation)
    task = asyncio.create_task(folding.run())
    try:
        yield folding
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(what: Callable[[], bool], *foldings: Folding) -> None:
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while not what():
        assert asyncio.get_running_loop().time() < deadline, [
            (folding.problems(), {n: p.publisher.role for n, p in folding.partitions.items()})
            for folding in foldings
        ]
        await asyncio.sleep(0.05)


def all_in(folding: Folding, role: Role) -> bool:
    return len(folding.partitions) == len(NUMBERS) and all(
        partition.publisher.role is role for partition in folding.partitions.values()
    )


def has_said_all(folding: Folding, world: World) -> bool:
    return len(folding.partitions) == len(NUMBERS) and all(
        partition.publisher.is_out(topic, end - 1)
        for (topic, number), end in world.ends.items()
        for partition in [folding.partitions[number]]
    )


async def decisions(url: str, number: int) -> list[tuple[str, bytes]]:
    """Id and sequence of everything on the topic of triggers."""
    async with reading(url) as consumer:
        at = TopicPartition(RISK_TRIGGERS.name, number)
        found = [dict(record.headers) async for record in records(consumer, at)]
    return [(headers["ce_subject"].decode(), headers["ce_sequence"]) for headers in found]


async def until_committed(url: str) -> None:
    """The broker says that a transaction is committed a moment before readers see it."""
    places = [TopicPartition(RISK_TRIGGERS.name, number) for number in NUMBERS]
    async with reading(url, "read_uncommitted") as all_, reading(url) as committed:
        written = await all_.end_offsets(places)
        for _ in range(100):
            if await committed.end_offsets(places) == written:
                return
            await asyncio.sleep(0.05)
    raise AssertionError("a transaction stays open")


async def test_a_corrected_fold_takes_over_and_tells_the_difference_once(
    spoilt_world: World, tmp_path: Path
) -> None:
    world = spoilt_world
    await kafka.ensure_topics(world.kafka, (statistics(2), cursors(2)), 1)
    await world.round(120)

    async with folding(EXPORT_STATISTICS, world.kafka, tmp_path, 1) as former:
        await until(lambda: has_said_all(former, world))
        await until_committed(world.kafka)
        before = [await told_on_topic(world.kafka, EXPORT_STATISTICS, n) for n in NUMBERS]
        async with folding(CORRECTED, world.kafka, tmp_path, 2) as newer:
            await until(lambda: all_in(newer, Role.SILENT) and has_said_all(newer, world))
            silent = [await told_on_topic(world.kafka, EXPORT_STATISTICS, n) for n in NUMBERS]
            with Progress(disable=True) as progress:
                report = await compared(world.kafka, SUBJECT, (1, 2), tmp_path / "diff", progress)
            newer.take_over()
            await world.round(120)
            await until(lambda: all_in(newer, Role.IN_CHARGE), newer, former)
            await until(lambda: has_said_all(newer, world), newer)
            await world.round(60)
            # It finds out when it has something to say.
            await until(lambda: all_in(former, Role.RETIRED), former)
            await until(lambda: has_said_all(newer, world))

    assert silent == before
    assert sum(len(told.standing) for told in before) > 5
    withdrawn = 0
    for number in NUMBERS:
        said = await decided(CORRECTED, world.kafka, number, tmp_path / "refold")
        live = await told_on_topic(world.kafka, CORRECTED, number)
        assert live.standing == told_by(CORRECTED, said).standing
        withdrawn += len(before[number].standing.keys() - live.standing.keys())
        assert all(count == 1 for count in Counter(await decisions(world.kafka, number)).values())
    assert withdrawn > 5
    assert (report.figures.differing, report.equal) == (0, False)
    changes = {change.value for change, sums in report.by_change().items() if any(map(any, sums))}
    # Only in B are those that were delivered: what the changed fold withdraws has the former id.
    assert changes == {"only in A", "only in B", "other version"}
    with Progress(disable=True) as progress:
        verification = await verified(world.kafka, 2, tmp_path / "verify", progress, SUBJECT)
    assert verification.differences == []
    assert verification.undecided == []


async def test_it_takes_over_from_one_that_never_rests(spoilt_world: World, tmp_path: Path) -> None:
    """Days follow one another without a pause while it does: neither fences the other for ever."""
    world = spoilt_world
    await kafka.ensure_topics(world.kafka, (statistics(2), cursors(2)), 1)
    await world.round(60)
    busy = asyncio.Event()

    async def write_on() -> None:
        while not busy.is_set():
            await world.round(60)

    async with (
        folding(EXPORT_STATISTICS, world.kafka, tmp_path, 1) as former,
        folding(CORRECTED, world.kafka, tmp_path, 2) as newer,
    ):
        writing = asyncio.create_task(write_on())
        try:
            await until(lambda: all_in(newer, Role.SILENT), newer)
            newer.take_over()
            await until(lambda: all_in(newer, Role.IN_CHARGE), newer, former)
            await until(lambda: all_in(former, Role.RETIRED), former)
        finally:
            busy.set()
            await writing
        await until(lambda: has_said_all(newer, world), newer)

    for number in NUMBERS:
        assert all(count == 1 for count in Counter(await decisions(world.kafka, number)).values())
    with Progress(disable=True) as progress:
        verification = await verified(world.kafka, 2, tmp_path / "verify", progress, SUBJECT)
    assert verification.differences == []
