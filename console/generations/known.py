"""Which generations of a fold there are on the bus, and which is in charge where."""

import asyncio
import re
from collections.abc import Collection
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient

from chassis.folding.fold import Fold
from chassis.folding.publishing.charge import Charge, Role, charge_of
from chassis.folding.publishing.cursors import last_cursor

_GENERATION = re.compile(r"g([1-9][0-9]*)", re.ASCII)


class UnknownGenerationError(Exception):
    """A generation that has no topics; names those that have."""


async def known(kafka: str, fold: Fold) -> list[int]:
    """The generations that have both their topics, in their order."""
    return among(fold, await _topics(kafka))


async def _topics(kafka: str) -> set[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        return set(await admin.list_topics())
    finally:
        await admin.close()


def among(fold: Fold, names: Collection[str]) -> list[int]:
    """The generations that have both their topics among these, in their order."""
    return [n for n in with_cursors(fold, names) if fold.figures.statistics(n).name in names]


def with_cursors(fold: Fold, names: Collection[str]) -> list[int]:
    """The generations that have cursors among these: the first may have nothing else, where a
    newer one took over from it before it began."""
    stem = fold.figures.cursors(1).name.removesuffix("g1")
    return sorted(
        int(found[1])
        for name in names
        if name.startswith(stem) and (found := _GENERATION.fullmatch(name.removeprefix(stem)))
    )


async def require_known(kafka: str, fold: Fold, *generations: int) -> None:
    """Raises UnknownGenerationError for the first that there is not."""
    there = await known(kafka, fold)
    for generation in generations:
        if generation not in there:
            told = ", ".join(map(str, there)) or "none"
            raise UnknownGenerationError(
                f"{fold.name} has no generation {generation}; on {kafka} there is {told}"
            )


async def charges(kafka: str, fold: Fold, generation: int) -> dict[int, Charge]:
    """Its role in each partition, by what the cursors say now."""
    there = set(with_cursors(fold, await _topics(kafka)))
    numbers = range(fold.figures.cursors(generation).partitions)

    async def charge(number: int) -> Charge:
        async def read(of: int) -> Any | None:
            return await last_cursor(kafka, fold.figures, of, number) if of in there else None

        return await charge_of(generation, read)

    found = await asyncio.gather(*map(charge, numbers))
    return dict(zip(numbers, found, strict=True))


async def in_charge(kafka: str, fold: Fold) -> int:
    """The latest generation that is in charge anywhere; the first while there is none."""
    for generation in reversed(await known(kafka, fold)):
        found = await charges(kafka, fold, generation)
        if any(charge.role is Role.IN_CHARGE for charge in found.values()):
            return generation
    return 1
