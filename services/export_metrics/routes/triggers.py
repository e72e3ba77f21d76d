"""Risk triggers as they stand."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.folding.http import NotReady, require
from chassis.http.problems import responses
from services.export_metrics.picture.triggers import RiskTriggers, Trigger, Which


class Triggers(BaseModel):
    """`count` is that of all that were asked for, of which `triggers` are the first."""

    count: int
    triggers: list[Trigger]


def triggers_router(triggers: RiskTriggers, not_ready: NotReady) -> APIRouter:
    """The route of risk triggers. It answers 503 until all of them have been read."""
    router = APIRouter(prefix="/v1", tags=["national picture"], responses=responses(422, 503))

    @router.get("/triggers")
    async def ask_triggers(
        state: Which = "open", limit: Annotated[int, Query(ge=1, le=10_000)] = 100
    ) -> Triggers:
        require(not_ready)
        found = triggers.select(state)
        return Triggers(count=len(found), triggers=found[:limit])

    return router
