"""The service, put together: it folds, follows what all its instances publish, and answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from fastapi import FastAPI

from chassis import kafka
from chassis.application import create_application
from contracts.export_metrics import (
    Contribution,
    PartitionClosed,
    RiskTriggerConstituted,
    RiskTriggerSuperseded,
    RiskTriggerWithdrawn,
)
from contracts.topics import RISK_TRIGGERS, owned_by, statistics
from services.export_metrics.folding.process import Folding
from services.export_metrics.picture.exposition import PictureCollector, exposed
from services.export_metrics.picture.figures import NationalFigures
from services.export_metrics.picture.follower import Follower
from services.export_metrics.picture.published import published
from services.export_metrics.picture.triggers import RiskTriggers
from services.export_metrics.routes.figures import figures_router
from services.export_metrics.routes.folding import status_router
from services.export_metrics.routes.indicators import indicators_router
from services.export_metrics.routes.triggers import triggers_router
from services.export_metrics.settings import GENERATION, INPUTS, SERVICE, ExportMetricsSettings

RETRY_SECONDS = 1.0
log = structlog.get_logger()


def create_app(settings: ExportMetricsSettings) -> FastAPI:
    """The service with its parts; call it inside a running event loop."""
    return ExportMetrics(settings).app


class ExportMetrics:
    """The parts of one process and their one life cycle."""

    def __init__(self, settings: ExportMetricsSettings) -> None:
        self._settings = settings
        statistics_topic = statistics(GENERATION)
        figures = NationalFigures(statistics_topic.partitions)
        triggers = RiskTriggers()
        self._folding = Folding(settings)
        self._figures = Follower(
            settings.kafka,
            statistics_topic,
            (Contribution, PartitionClosed),
            figures.apply,
            published,
        )
        self._triggers = Follower(
            settings.kafka,
            RISK_TRIGGERS,
            (RiskTriggerConstituted, RiskTriggerWithdrawn, RiskTriggerSuperseded),
            triggers.apply,
        )
        self._picture = PictureCollector(
            figures, triggers, self._figures.problems, self._triggers.problems
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
                status_router(self._folding.partitions, self._folding.problems),
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
        await self._topics_there()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._folding.run())
            tasks.create_task(self._figures.run())
            tasks.create_task(self._triggers.run())

    async def _topics_there(self) -> None:
        """Make our own topics, and wait for their owners to make the others."""
        while True:
            try:
                await kafka.ensure_topics(
                    self._settings.kafka, owned_by(SERVICE), self._settings.replication
                )
                missing = await self._missing_inputs()
            except (KafkaError, OSError, kafka.TopicMismatchError) as error:
                log.warning("waiting for the broker", error=repr(error))
            else:
                if not missing:
                    return
                log.info("waiting for topics of others", topics=missing)
            await asyncio.sleep(RETRY_SECONDS)

    async def _missing_inputs(self) -> list[str]:
        """Raises: TopicMismatchError when a topic has another number of partitions than ours."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self._settings.kafka)
        await admin.start()
        try:
            there = {
                found["topic"]: len(found["partitions"])
                for found in await admin.describe_topics([topic.name for topic in INPUTS])
                if not found["error_code"]
            }
        finally:
            await admin.close()
        for topic in INPUTS:
            if there.get(topic.name, topic.partitions) != topic.partitions:
                raise kafka.TopicMismatchError(
                    f"topic {topic.name} has {there[topic.name]} partitions, not {topic.partitions}"
                )
        return [topic.name for topic in INPUTS if topic.name not in there]

    async def _check_broker(self) -> list[str]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self._settings.kafka)
        try:
            await admin.start()
        finally:
            await admin.close()
        return []

    async def _check_folding(self) -> list[str]:
        return self._folding.problems()

    async def _check_picture(self) -> list[str]:
        return [*self._figures.problems(), *self._triggers.problems()]
