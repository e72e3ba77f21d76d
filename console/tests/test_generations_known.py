"""Which generation is in charge, by the topics that are on the broker."""

from datetime import date

import pytest

from chassis.folding.fold import Figures
from chassis.folding.publishing.charge import Role
from console.generations import known
from contracts.export_metrics import Cursor
from contracts.topics import cursors, statistics
from services.export_metrics.fold import EXPORT_STATISTICS

BEGUN_AT_TWO = {cursors(1).name, cursors(2).name, statistics(2).name}


async def test_one_that_took_over_before_the_first_began_is_in_charge(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of the first there are cursors alone, which name it."""

    async def topics(_: str) -> set[str]:
        return BEGUN_AT_TWO

    async def last_cursor(_: str, _figures: Figures, generation: int, partition: int) -> Cursor:
        successor = {1: 2}.get(generation)
        day = date(2026, 1, 1)
        return Cursor(
            generation=generation,
            partition=partition,
            offsets={},
            barrier_day=day,
            successor=successor,
        )

    monkeypatch.setattr(known, "_topics", topics)
    monkeypatch.setattr(known, "last_cursor", last_cursor)

    charges = await known.charges("a:1", EXPORT_STATISTICS, 2)

    assert {charge.role for charge in charges.values()} == {Role.IN_CHARGE}
    assert await known.known("a:1", EXPORT_STATISTICS) == [2]
    assert await known.in_charge("a:1", EXPORT_STATISTICS) == 2
