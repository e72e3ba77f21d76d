"""Risk triggers as they stand."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from chassis.folding.http import NotReady, require
from chassis.http.problems import responses
from services.export_metrics.picture.triggers import RiskTriggers, Trigger, Which
from services.export_metrics.routes.parameters import Limit, check_own


class Triggers(BaseModel):
    """`count` is that of all that were asked for, of which `triggers` are the first."""

    count: int
    triggers: list[Trigger]


def triggers_router(triggers: RiskTriggers, not_ready: NotReady) -> APIRouter:
    """The route of risk triggers. It answers 503 until all of them have been read."""
    router = APIRouter(prefix="/v1", tags=["national picture"], responses=responses(422, 503))

    @router.get("/triggers")
    async def ask_triggers(
        request: Request,
        state: Which = "open",
        limit: Limit = 100,
    ) -> Triggers:
        require(not_ready)
        check_own(request.query_params, {"state", "limit"})
        found = triggers.select(state)
        return Triggers(count=len(found), triggers=found[:limit])

    return router
