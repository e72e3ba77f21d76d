"""What this process folds."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel

from services.export_metrics.domain.changes import knowledge_day
from services.export_metrics.folding.partition import Partition
from services.export_metrics.routes.readiness import NotReady


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
    problems: list[str]
    partitions: list[PartitionStatus]


def status_router(partitions: dict[int, Partition], problems: NotReady) -> APIRouter:
    """The route that shows what this process folds."""
    router = APIRouter(prefix="/v1", tags=["folding"])

    @router.get("/status")
    async def status() -> Status:
        return Status(
            problems=problems(),
            partitions=[_status(partition) for _, partition in sorted(partitions.items())],
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
                for number, partition in sorted(partitions.items())
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
    )
