"""Which generation of a fold is in charge of a partition: it alone tells what is decided.

A generation that is made new is silent: it publishes its figures into topics of its own, beside
those of the one in charge. When it takes over, the last cursor of its predecessor names it as the
successor, in one transaction with what it says first. So each owner can tell from the cursors alone
whether it speaks, is silent, or has had its time. The first alone speaks without being told to, and
it is in charge until a successor is named, also where it has no cursor: nobody can know whether it
is about to begin.
"""

from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Any, NamedTuple

from chassis.folding.publishing.out import Out

ReadCursor = Callable[[int], Awaitable[Any | None]]
"""The last cursor of a generation in this partition; None when it has none."""


FIRST = 1


class Role(Enum):
    SILENT = auto()
    IN_CHARGE = auto()
    RETIRED = auto()


class Charge(NamedTuple):
    """The role of a generation, its own last cursor, and the generation that is in charge, with
    that one's last cursor: the first while nobody has begun.

    `predecessor_cursor` is the last of the one that this generation, in charge, took over from.
    """

    role: Role
    cursor: Any | None
    holder: int
    holder_cursor: Any | None
    predecessor_cursor: Any | None = None

    @property
    def out(self) -> Out:
        """What is out by its own last cursor."""
        return Out.by(self.cursor)

    @property
    def holder_out(self) -> Out:
        """What is out by the last cursor of the one in charge."""
        return Out.by(self.holder_cursor)

    @property
    def has_begun(self) -> bool:
        """Whether the one in charge is so by a cursor, not only because nobody else is."""
        return self.holder_cursor is not None or self.holder != FIRST

    @property
    def succession(self) -> Out | None:
        """What was out when it took over; None when it did not."""
        return None if self.predecessor_cursor is None else Out.by(self.predecessor_cursor)


async def charge_of(generation: int, read_cursor: ReadCursor) -> Charge:
    """Find out from the cursors of this generation and those before it."""
    own = await read_cursor(generation)
    holder = FIRST if own is None or own.successor is None else generation
    cursor = own if holder == generation else await read_cursor(holder)
    while cursor is not None and cursor.successor is not None:
        if cursor.successor == generation:
            return Charge(Role.IN_CHARGE, own, generation, own, cursor)
        holder = cursor.successor
        cursor = await read_cursor(holder)
    if holder == generation:
        return Charge(Role.IN_CHARGE, own, generation, own)
    return Charge(Role.SILENT if holder < generation else Role.RETIRED, own, holder, cursor)
