"""What operators tell a process that folds: that its generation shall be in charge."""

import asyncio
from typing import Protocol

from aiokafka.errors import KafkaError
from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel

from chassis.folding.http import Process, role_of
from chassis.folding.publishing.charge import Role
from chassis.folding.settings import Generation
from chassis.http.loopback import require_loopback
from chassis.http.problems import responses
from contracts.problem import Refusal, refused
from contracts.values import Command


class TakeOver(Command):
    """`generation` is that of the process: it is stated so that no other is meant."""

    generation: Generation


class Roles(BaseModel):
    """The role of the generation in each partition that this process folds, as of now."""

    generation: int
    roles: dict[int, str]


class Succeeding(Process, Protocol):
    def take_over(self) -> None: ...


def generation_router(generation: int, process: Succeeding) -> APIRouter:
    """The route `/internal/generation/take-over`."""
    router = APIRouter(prefix="/internal/generation", tags=["generation"])

    @router.post("/take-over", responses=responses(400, 403, 409, 413, 422, 503))
    async def take_over(command: TakeOver, request: Request) -> Roles:
        """Have this generation be in charge instead of an older one, wherever this process folds,
        now and later. It is so some moments after the answer: `/v1/status` tells."""
        require_loopback(request, "generations take over")
        if command.generation != generation:
            message = f"this process is of generation {generation}"
            raise refused(Refusal.CONFLICT, "generation_is_another", "generation", message)
        roles = {number: role_of(each) for number, each in sorted(process.partitions.items())}
        if retired := await _retired(process):
            message = f"is retired in partitions {', '.join(map(str, retired))}"
            raise refused(Refusal.CONFLICT, "generation_retired", "generation", message)
        process.take_over()
        return Roles(generation=generation, roles=roles)

    return router


async def _retired(process: Process) -> list[int]:
    """The partitions in which another generation has taken over, also when nobody noticed yet.

    Raises: HTTPException (503) when the broker cannot tell.
    """
    partitions = sorted(process.partitions.items())
    try:
        charges = await asyncio.gather(*(each.publisher.charge() for _, each in partitions))
    except KafkaError as error:
        raise HTTPException(503, f"the cursors cannot be read: {error!r}") from error
    return [
        n for (n, _), (role, *_) in zip(partitions, charges, strict=True) if role is Role.RETIRED
    ]
