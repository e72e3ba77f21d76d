"""The service, put together: it folds, follows what all its instances publish, and answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from chassis.application import create_application
from chassis.folding.http import status_router
from chassis.folding.national.deciding import Deciding
from chassis.folding.operating import generation_router
from chassis.folding.picture.follower import Follower
from chassis.folding.running.process import Folding
from chassis.folding.running.topics import check_broker, topics_there
from contracts.export_metrics import (
    Contribution,
    PartitionClosed,
    RiskTriggerConstituted,
    RiskTriggerSuperseded,
    RiskTriggerWithdrawn,
)
from contracts.nation import ExportersCounted, ExposureMeasured, NationalDayClosed
from contracts.topics import RISK_TRIGGERS, national, statistics
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.national import NATIONAL
from services.export_metrics.picture.exposition import PictureCollector, exposed
from services.export_metrics.picture.figures import NationalFigures
from services.export_metrics.picture.national import NationalPicture
from services.export_metrics.picture.published import published
from services.export_metrics.picture.triggers import RiskTriggers
from services.export_metrics.routes.figures import figures_router
from services.export_metrics.routes.indicators import indicators_router
from services.export_metrics.routes.national import national_router
from services.export_metrics.routes.triggers import triggers_router
from services.export_metrics.settings import SERVICE, ExportMetricsSettings


def create_app(settings: ExportMetricsSettings) -> FastAPI:
    """The service with its parts; call it inside a running event loop."""
    return ExportMetrics(settings).app


class ExportMetrics:
    """The parts of one process and their one life cycle."""

    def __init__(self, settings: ExportMetricsSettings) -> None:
        self._settings = settings
        generation = settings.export_metrics_generation
        statistics_topic = statistics(generation)
        figures = NationalFigures(statistics_topic.partitions)
        triggers = RiskTriggers()
        nation = NationalPicture()
        self._folding = Folding(EXPORT_STATISTICS, settings, generation)
        self._figures = Follower(
            SERVICE,
            settings.kafka,
            statistics_topic,
            (Contribution, PartitionClosed),
            figures.apply,
            published,
        )
        self._triggers = Follower(
            SERVICE,
            settings.kafka,
            RISK_TRIGGERS,
            (RiskTriggerConstituted, RiskTriggerWithdrawn, RiskTriggerSuperseded),
            triggers.apply,
        )
        self._nation = Follower(
            SERVICE,
            settings.kafka,
            national(generation),
            (ExportersCounted, ExposureMeasured, NationalDayClosed),
            nation.apply,
        )
        self._deciding = Deciding(NATIONAL, settings.kafka, generation, self._decides)
        self._picture = PictureCollector(
            figures,
            triggers,
            nation,
            self._figures.problems,
            self._triggers.problems,
            self._nation.problems,
        )
        self.app = create_application(
            SERVICE,
            settings,
            summary="National export figures and risk triggers, from the events of exports",
            clock=settings.new_clock(),
            lifespan=self._lifespan,
            checks={
                "broker": self._check_broker,
                "folding": self._check_folding,
                "picture": self._check_picture,
            },
            routers=[
                figures_router(figures, self._figures.problems),
                indicators_router(figures, self._figures.problems, settings.growth_floor_mad),
                triggers_router(triggers, self._triggers.problems),
                national_router(nation, self._nation.problems),
                status_router(EXPORT_STATISTICS, generation, self._folding),
                generation_router(generation, self._folding),
            ],
        )

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        work = asyncio.create_task(self._work())
        try:
            with exposed(self._picture):
                yield
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    async def _work(self) -> None:
        generation = self._settings.export_metrics_generation
        await topics_there(EXPORT_STATISTICS, self._settings, generation, [national(generation)])
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._folding.run())
            tasks.create_task(self._figures.run())
            tasks.create_task(self._triggers.run())
            tasks.create_task(self._nation.run())
            tasks.create_task(self._deciding.run())

    def _decides(self) -> bool:
        """Whoever folds the first partition decides for all: it is in one hand only."""
        return 0 in self._folding.partitions

    async def _check_broker(self) -> list[str]:
        return await check_broker(self._settings.kafka)

    async def _check_folding(self) -> list[str]:
        return [*self._folding.problems(), *self._deciding.problems()]

    async def _check_picture(self) -> list[str]:
        followers = (self._figures, self._triggers, self._nation)
        return [problem for follower in followers for problem in follower.problems()]
