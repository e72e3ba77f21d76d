"""Which generations of a fold there are on the bus, and which is in charge where."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection
from typing import Any, NamedTuple, TypeVar

from aiokafka.admin import AIOKafkaAdminClient

from chassis.folding.fold import Fold
from chassis.folding.publishing.charge import Charge, ReadCursor, Role, charge_of
from chassis.folding.publishing.cursors import last_cursor
from chassis.folding.publishing.out import Out

T = TypeVar("T")
_GENERATION = re.compile(r"g([1-9][0-9]*)", re.ASCII)


class UnknownGenerationError(Exception):
    """A generation that has no topics; names those that have."""


class Post(NamedTuple):
    """What the cursors say of a generation in one partition. `succession` is what was out when it
    took over, by the last cursor of its predecessor; None when it had none, or is not in charge."""

    charge: Charge
    succession: Out | None


async def post_of(generation: int, read_cursor: ReadCursor) -> Post:
    """Find out from the cursors of this generation and those before it."""
    charge = await charge_of(generation, read_cursor)
    if charge.role is Role.IN_CHARGE:
        for former in range(1, generation):
            cursor = await read_cursor(former)
            if cursor is not None and cursor.successor == generation:
                return Post(charge, Out.by(cursor))
    return Post(charge, None)


async def known(kafka: str, fold: Fold) -> list[int]:
    """The generations that have both their topics, in their order."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        there = set(await admin.list_topics())
    finally:
        await admin.close()
    return among(fold, there)


def among(fold: Fold, names: Collection[str]) -> list[int]:
    """The generations that have both their topics among these, in their order."""
    stem = fold.figures.cursors(1).name.removesuffix("g1")
    numbers = [
        int(found[1])
        for name in names
        if name.startswith(stem) and (found := _GENERATION.fullmatch(name.removeprefix(stem)))
    ]
    return sorted(n for n in numbers if fold.figures.statistics(n).name in names)


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
    return await _in_each_partition(kafka, fold, generation, charge_of)


async def posts(kafka: str, fold: Fold, generation: int) -> dict[int, Post]:
    """The same, and what it took over from."""
    return await _in_each_partition(kafka, fold, generation, post_of)


async def _in_each_partition(
    kafka: str, fold: Fold, generation: int, find_out: Callable[[int, ReadCursor], Awaitable[T]]
) -> dict[int, T]:
    there = set(await known(kafka, fold))
    numbers = range(fold.figures.cursors(generation).partitions)

    async def found_in(number: int) -> T:
        async def read(of: int) -> Any | None:
            return await last_cursor(kafka, fold.figures, of, number) if of in there else None

        return await find_out(generation, read)

    found = await asyncio.gather(*map(found_in, numbers))
    return dict(zip(numbers, found, strict=True))


async def in_charge(kafka: str, fold: Fold) -> int:
    """The latest generation that is in charge anywhere; the first while there is none."""
    for generation in reversed(await known(kafka, fold)):
        found = await charges(kafka, fold, generation)
        if any(charge.role is Role.IN_CHARGE for charge in found.values()):
            return generation
    return 1
