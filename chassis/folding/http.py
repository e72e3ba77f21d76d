"""What all services that fold answer: what this process folds, and whether answers are whole."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Protocol

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel

from chassis.folding.changes import knowledge_day
from chassis.folding.fold import Fold
from chassis.folding.picture.closings import Closings
from chassis.folding.running.partition import Partition
from contracts.problem import Refusal, refused
from contracts.values import LocalDate

NotReady = Callable[[], list[str]]
"""Why what is asked for is not whole; empty when it is."""
KnownOn = Annotated[
    LocalDate | None, Query(description="as known on this day, which all partitions have closed")
]


def require(not_ready: NotReady) -> None:
    """Raises: HTTPException (503) naming what is missing."""
    if problems := not_ready():
        raise HTTPException(503, "; ".join(problems))


def check_known(closings: Closings, known_on: date | None) -> None:
    """Raises: RefusedError (not yet) while a partition has not closed the day."""
    check_known_through(closings.through(), known_on)


def check_known_through(through: date | None, known_on: date | None) -> None:
    """Raises: RefusedError (not yet) when a day lies beyond the last one that is known."""
    if known_on is not None and (through is None or known_on > through):
        to = f"figures are known to {through}" if through else "no day is known yet"
        raise refused(Refusal.NOT_YET, "not_known_yet", "known_on", to)


class InputStatus(BaseModel):
    """How far one topic is folded; `open_day` is the day on which its next event becomes known."""

    next_offset: int
    closed_through: date | None
    open_day: date | None
    stopped: str | None


class PartitionStatus(BaseModel):
    """One partition number that this process folds."""

    partition: int
    inputs: dict[str, InputStatus]
    waiting: int
    """Events that wait for a missing ordinal."""
    held: int
    """Events that are held in quarantine, or wait behind those."""
    barrier_day: date | None
    """The last day that all inputs closed: rules are decided up to it."""
    publishing: str
    role: str
    """Of this generation in this partition: silent, in charge, retired; or not known yet."""
    cursor: dict[str, int]
    """The input offsets before which all is out, by the last cursor that is known."""


class HoldStatus(BaseModel):
    """An event that holds its key until its owner releases it, since the knowledge day `since`.

    `waiting` events arrived behind the holds of the key.
    """

    topic: str
    partition: int
    key: str
    subject: str
    ordinal: int
    event_id: str
    reason: str
    since: date
    waiting: int


class Holds(BaseModel):
    holds: list[HoldStatus]


class Status(BaseModel):
    """`fingerprint` names what the fold of this generation computes."""

    fold: str
    generation: int
    fingerprint: str
    problems: list[str]
    partitions: list[PartitionStatus]


class Process(Protocol):
    """What is shown of a process that folds."""

    @property
    def partitions(self) -> dict[int, Partition]: ...
    def problems(self) -> list[str]: ...


def status_router(fold: Fold, generation: int, process: Process) -> APIRouter:
    """The route that shows what this process folds."""
    router = APIRouter(prefix="/v1", tags=["folding"])

    @router.get("/status")
    async def status() -> Status:
        return Status(
            fold=fold.name,
            generation=generation,
            fingerprint=fold.fingerprint,
            problems=process.problems(),
            partitions=[_status(partition) for _, partition in sorted(process.partitions.items())],
        )

    @router.get("/holds")
    async def holds() -> Holds:
        """What is held in the partitions that this process folds."""
        return Holds(
            holds=[
                HoldStatus(
                    topic=held.topic,
                    partition=number,
                    waiting=held.waiting,
                    **held.hold._asdict(),
                )
                for number, partition in sorted(process.partitions.items())
                for held in partition.ledger.held_keys()
            ]
        )

    return router


def _status(partition: Partition) -> PartitionStatus:
    return PartitionStatus(
        partition=partition.number,
        inputs={
            topic: InputStatus(
                next_offset=input_.next_offset,
                closed_through=input_.closed_through,
                open_day=input_.closed_through and knowledge_day(input_.closed_through),
                stopped=partition.stopped.get(topic),
            )
            for topic, input_ in sorted(partition.ledger.inputs.items())
        },
        waiting=partition.ledger.ahead,
        held=partition.ledger.held,
        barrier_day=partition.ledger.barrier_day,
        publishing=partition.publisher.problem or "ok",
        role=role_of(partition),
        cursor=dict(partition.publisher.out.offsets),
    )


def role_of(partition: Partition) -> str:
    """As people say it."""
    role = partition.publisher.role
    return "not known yet" if role is None else role.name.lower().replace("_", " ")
