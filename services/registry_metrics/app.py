"""The service, put together: it folds, follows what all its instances publish, and answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from chassis.application import create_application
from chassis.folding.http import status_router
from chassis.folding.operating import generation_router
from chassis.folding.picture.follower import Follower
from chassis.folding.running.process import Folding
from chassis.folding.running.topics import check_broker, topics_there
from contracts.registry_metrics import PartitionClosed, ProducerContribution
from contracts.topics import producer_statistics
from services.registry_metrics.fold import PRODUCER_STATISTICS
from services.registry_metrics.picture import RegistryFigures
from services.registry_metrics.routes import producers_router
from services.registry_metrics.settings import SERVICE, RegistryMetricsSettings


def create_app(settings: RegistryMetricsSettings) -> FastAPI:
    """The service with its parts; call it inside a running event loop."""
    return RegistryMetrics(settings).app


class RegistryMetrics:
    """The parts of one process and their one life cycle."""

    def __init__(self, settings: RegistryMetricsSettings) -> None:
        self._settings = settings
        generation = settings.registry_metrics_generation
        topic = producer_statistics(generation)
        figures = RegistryFigures(topic.partitions)
        self._folding = Folding(PRODUCER_STATISTICS, settings, generation)
        self._picture = Follower(
            SERVICE,
            settings.kafka,
            topic,
            (ProducerContribution, PartitionClosed),
            figures.apply,
        )
        self.app = create_application(
            SERVICE,
            settings,
            summary="Figures of the registry: producers by chain, region, kind and women-led",
            clock=settings.new_clock(),
            lifespan=self._lifespan,
            checks={
                "broker": self._check_broker,
                "folding": self._check_folding,
                "picture": self._check_picture,
            },
            routers=[
                producers_router(figures, self._picture.problems),
                status_router(PRODUCER_STATISTICS, generation, self._folding),
                generation_router(generation, self._folding),
            ],
        )

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        work = asyncio.create_task(self._work())
        try:
            yield
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    async def _work(self) -> None:
        generation = self._settings.registry_metrics_generation
        await topics_there(PRODUCER_STATISTICS, self._settings, generation)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._folding.run())
            tasks.create_task(self._picture.run())

    async def _check_broker(self) -> list[str]:
        return await check_broker(self._settings.kafka)

    async def _check_folding(self) -> list[str]:
        return self._folding.problems()

    async def _check_picture(self) -> list[str]:
        return self._picture.problems()
