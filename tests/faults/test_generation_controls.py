"""Two generations of which neither fences the other: both tell what is decided."""

from collections import Counter
from pathlib import Path

import pytest

from chassis import kafka
from contracts.topics import cursors, statistics
from tests.faults.adapter import EXPORT_STATISTICS, GUARDS, Role
from tests.faults.test_generations import (
    CORRECTED,
    all_in,
    decisions,
    folding,
    has_said_all,
    until,
)
from tests.faults.world import NUMBERS, World

pytestmark = pytest.mark.integration


async def test_without_fencing_a_former_generation_speaks_on(
    spoilt_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = spoilt_world
    monkeypatch.setattr(*GUARDS["a former owner is fenced"])
    await kafka.ensure_topics(world.kafka, (statistics(2), cursors(2)), 1)

    await world.round(60)
    async with folding(EXPORT_STATISTICS, world.kafka, tmp_path, 1) as former:
        await until(lambda: has_said_all(former, world), former)  # else there is nobody in charge
        async with folding(CORRECTED, world.kafka, tmp_path, 2) as newer:
            await until(lambda: all_in(newer, Role.SILENT), newer)
            newer.take_over()
            await until(lambda: all_in(newer, Role.IN_CHARGE), newer, former)
            await world.round(60)
            await until(lambda: has_said_all(newer, world) and has_said_all(former, world))

    said = [Counter(await decisions(world.kafka, number)) for number in NUMBERS]
    assert any(count > 1 for of_partition in said for count in of_partition.values())
