"""A generation takes over from another: once, and never from a newer one."""

import asyncio
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from chassis.folding.changes import Fact
from chassis.folding.fold import Change
from chassis.folding.publishing.charge import Role
from contracts.topics import cursors
from services.export_metrics.domain.shipment import Shipment
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests.events import (
    TOPIC,
    Log,
    exported,
    goods,
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


def _late(state: Shipment, fact: Fact, day: date) -> Change:
    """Hears of the first delivery nothing."""
    if fact.ordinal == 3:
        return state, (), ()
    return EXPORT_STATISTICS.evolve(state, fact, day)


LATE = replace(EXPORT_STATISTICS, fingerprint="late", evolve=_late)


async def test_a_silent_generation_tells_no_decision_and_takes_over_once(tmp_path: Path) -> None:
    broker = SharedBroker()
    async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3) as (first, _):
        await until(lambda: len(broker.committed) > 0)
        told = broker.decisions()
        bus = GenerationBus(broker, 2)
        async with generation(EXPORT_STATISTICS, tmp_path, bus, 3) as (second, ledger):
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


async def test_what_a_former_generation_has_ended_is_not_ended_again(tmp_path: Path) -> None:
    broker = SharedBroker()
    async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 4):
        await until(lambda: len(broker.decisions()) == 2)
    async with generation(LATE, tmp_path, GenerationBus(broker, 2), 4) as (second, ledger):
        second.take_over()
        await until(partial(has, second, Role.IN_CHARGE))
        fold_into(ledger, LOG, 4, 5)  # for this one the trigger ends now
        second.wake()
        await until(lambda: ledger.unpublished().said == [])

    assert len(broker.decisions()) == 2


async def test_after_a_failure_it_still_knows_what_a_former_generation_has_ended(
    tmp_path: Path,
) -> None:
    broker = SharedBroker()
    async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 4):
        await until(lambda: len(broker.decisions()) == 2)
    bus = GenerationBus(broker, 2)
    async with generation(LATE, tmp_path, bus, 4) as (second, ledger):
        second.take_over()
        await until(partial(has, second, Role.IN_CHARGE))
        broker.failures = 1
        more = Log(list(LOG.records)).append(uuid_of("more"), 1, exported(goods(1)))
        fold_into(ledger, more, 4, 6)  # the end, and what makes a transaction
        second.wake()
        await until(lambda: second.is_out(TOPIC, 5))

    assert (broker.failures, len(broker.decisions())) == (0, 2)
    assert bus.read_from.count(0) == 1


async def test_without_a_cursor_of_a_predecessor_what_stands_is_not_told_anew(
    tmp_path: Path,
) -> None:
    """As where the topics of cursors were made anew: only what was told tells how far it went."""
    broker = SharedBroker()
    async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3):
        await until(lambda: len(broker.decisions()) == 1)
    of_the_first = cursors(1).name
    broker.committed = [[r for r in each if r[0] != of_the_first] for each in broker.committed]
    async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 2), 3) as (second, _):
        second.take_over()
        await until(partial(has, second, Role.IN_CHARGE))

    assert len(broker.decisions()) == 1


async def test_what_a_silent_one_has_decided_is_still_to_be_told(tmp_path: Path) -> None:
    """By the ledger's own word, too: another owner may have taken over from there."""
    broker = SharedBroker()
    async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 2):
        await until(lambda: len(broker.committed) > 0)
    async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 2), 2) as (one, own):
        await until(lambda: len(broker.committed) > 1)
        fold_into(own, LOG, 2, 3)
        before = own.unpublished().said
        one.wake()
        await asyncio.sleep(0.05)
        after = own.unpublished().said

    assert len(before) == len(after) == 1


async def test_from_one_that_was_silent_nobody_takes_over(tmp_path: Path) -> None:
    """What it left is no word of being in charge: the first might begin beside its successor."""
    broker = SharedBroker()
    async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 2), 3) as (second, _):
        await until(lambda: second.is_out(TOPIC, 2))
    async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 3), 3) as (third, _):
        third.take_over()
        await until(partial(has, third, Role.IN_CHARGE))
        async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3) as (one, _):
            await until(partial(has, one, Role.RETIRED))

    assert len(broker.decisions()) == 1


async def test_a_successor_that_begins_anew_folds_while_it_reads_what_was_told(
    tmp_path: Path,
) -> None:
    """And what it has read once it does not read again."""
    broker = SharedBroker()
    bus = GenerationBus(broker, 2)
    async with generation(EXPORT_STATISTICS, tmp_path, bus, 3) as (second, _):
        second.take_over()
        await until(partial(has, second, Role.IN_CHARGE))
    known: list[bool] = []
    async with generation(EXPORT_STATISTICS, tmp_path, bus, 4) as (second, ledger):
        bus.read_from, broker.failures = [], 1

        async def looked() -> None:
            known.append(second.cursor_known.is_set())

        bus.before_said = looked
        await until(lambda: len(broker.decisions()) == 2)
        await until(lambda: ledger.unpublished().said == [])

    assert known == [True]
    assert bus.read_from == [0, 1]


async def test_a_generation_that_was_passed_over_never_takes_over(tmp_path: Path) -> None:
    broker = SharedBroker()
    async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 1), 3):
        await until(lambda: len(broker.committed) > 0)
    async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 3), 3) as (third, _):
        third.take_over()
        await until(partial(has, third, Role.IN_CHARGE))
        async with generation(EXPORT_STATISTICS, tmp_path, GenerationBus(broker, 2), 3) as (old, _):
            old.take_over()
            await until(partial(has, old, Role.RETIRED))
            before = len(broker.committed)

    assert len(broker.committed) == before
