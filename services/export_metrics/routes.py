"""Questions to export metrics over HTTP."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel

from chassis.http.problems import responses
from contracts.problem import Problem, Refusal, RefusedError
from services.export_metrics.fold import knowledge_day
from services.export_metrics.folding.partition import Partition
from services.export_metrics.picture.answers import Statistics, statistics
from services.export_metrics.picture.figures import DIMENSIONS, NationalFigures
from services.export_metrics.picture.triggers import RiskTriggers, Trigger, Which

NotReady = Callable[[], list[str]]


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
    held: int = 0
    publishing: str


class Status(BaseModel):
    problems: list[str]
    partitions: list[PartitionStatus]


class Triggers(BaseModel):
    """`count` is that of all that were asked for, of which `triggers` are the first."""

    count: int
    triggers: list[Trigger]


def picture_router(
    figures: NationalFigures,
    triggers: RiskTriggers,
    figures_not_ready: NotReady,
    triggers_not_ready: NotReady,
) -> APIRouter:
    """Routes of what is known nationally. They answer 503 until all of it has been read."""
    router = APIRouter(prefix="/v1", tags=["national picture"], responses=responses(422, 503))
    only = {
        name: {"in": "query", "name": name, "schema": {"type": "string"}} for name in DIMENSIONS
    }

    @router.get("/statistics", openapi_extra={"parameters": list(only.values())})
    async def ask_statistics(
        request: Request,
        by: Annotated[str, Query(description="dimensions", examples=["partner,month"])] = "",
    ) -> Statistics:
        _require(figures_not_ready())
        where = {name: value for name, value in request.query_params.items() if name != "by"}
        groups = [name for name in by.split(",") if name]
        _check(groups, where)
        return statistics(groups, figures.ask(groups, where), figures.closed_through())

    @router.get("/triggers")
    async def ask_triggers(
        state: Which = "open", limit: Annotated[int, Query(ge=1, le=10_000)] = 100
    ) -> Triggers:
        _require(triggers_not_ready())
        found = triggers.select(state)
        return Triggers(count=len(found), triggers=found[:limit])

    return router


def status_router(partitions: dict[int, Partition], problems: NotReady) -> APIRouter:
    """The route that shows what this process folds."""
    router = APIRouter(prefix="/v1", tags=["folding"])

    @router.get("/status")
    async def status() -> Status:
        return Status(
            problems=problems(),
            partitions=[_status(partition) for _, partition in sorted(partitions.items())],
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
        waiting=partition.ledger.waiting,
        publishing=partition.publisher.problem or "ok",
    )


def _require(not_ready: list[str]) -> None:
    if not_ready:
        raise HTTPException(503, "; ".join(not_ready))


def _check(groups: list[str], where: dict[str, str]) -> None:
    known = f"is none of {', '.join(DIMENSIONS)}"
    unknown = [
        Problem("dimension_unknown", f"by.{name}", known)
        for name in groups
        if name not in DIMENSIONS
    ]
    unknown += [
        Problem("dimension_unknown", name, known) for name in where if name not in DIMENSIONS
    ]
    doubled = {name for name in groups if groups.count(name) > 1}
    unknown += [
        Problem("dimension_doubled", f"by.{name}", "stands twice") for name in sorted(doubled)
    ]
    if unknown:
        raise RefusedError(Refusal.INVALID, *unknown)
