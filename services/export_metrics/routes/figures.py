"""Figures of exports."""

from fastapi import APIRouter, Request

from chassis.folding.http import KnownOn, NotReady, check_known, require
from chassis.http.problems import responses
from services.export_metrics.picture.answers import Statistics, statistics
from services.export_metrics.picture.figures import NationalFigures
from services.export_metrics.routes.parameters import By, asked, filters


def figures_router(figures: NationalFigures, not_ready: NotReady) -> APIRouter:
    """The route of figures. It answers 503 until all contributions have been read."""
    router = APIRouter(prefix="/v1", tags=["national picture"], responses=responses(409, 422, 503))

    @router.get("/statistics", openapi_extra=filters())
    async def ask_statistics(request: Request, by: By = "", known_on: KnownOn = None) -> Statistics:
        """Sums by any of the dimensions, now or as known on a day."""
        require(not_ready)
        groups, where = asked(request.query_params, {"by", "known_on"})
        check_known(figures.closings, known_on)
        return statistics(figures, groups, where, known_on)

    return router
