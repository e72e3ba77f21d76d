"""What a publisher needs of the broker, for one partition of one fold."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

from chassis.folding.failpoints import failpoint
from chassis.folding.publishing.charge import Role
from chassis.folding.publishing.sending import Producer, started
from chassis.folding.publishing.succession import SaidSoFar


class Bus(Protocol):
    def new_producer(self, role: Role) -> Producer: ...

    async def read_cursor(self, generation: int) -> Any | None:
        """The last one of a generation, when no transaction is open any more."""

    async def decided_cursor(self, generation: int) -> Any | None:
        """The last one before any transaction that is still open. It waits for none."""

    async def said(self, before: SaidSoFar) -> SaidSoFar: ...


@asynccontextmanager
async def started_as(role: Role, bus: Bus) -> AsyncIterator[Producer]:
    """A producer of this role; starting it fences whoever else has it."""
    async with started(bus.new_producer(role)) as producer:
        failpoint("after-producer-start")
        yield producer
