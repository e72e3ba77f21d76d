"""A service that carries out commands: its parts, wired once, with one life cycle."""

import asyncio
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Generic

import structlog
from aiokafka.errors import KafkaError
from fastapi import APIRouter, FastAPI
from faststream.kafka import KafkaBroker
from pymongo.errors import PyMongoError

from chassis import kafka
from chassis.application import create_application
from chassis.clock import DrivenClock, day_before, local_day
from chassis.commands import CommandHandler
from chassis.days import DayKeeper
from chassis.decider import C, Decider, E, S
from chassis.http.driven_clock import driven_clock_router
from chassis.http.health import Check
from chassis.leader import Leader
from chassis.lease import Lease
from chassis.metrics import METRICS
from chassis.reader.subscriber import Subscriber
from chassis.relay import Relay
from chassis.releases import Releases, releases_router
from chassis.settings import Settings
from chassis.store import MongoRegisters, MongoRepository
from chassis.store.mongo import connect
from contracts.event import Redriven
from contracts.topic import Topic
from contracts.topics import owned_by

STOP_SECONDS = 5.0
CLOCK = "clock"
log = structlog.get_logger()


class CommandService(Generic[C, S, E]):
    """Must be made inside a running event loop. `found_by` are state fields that are searched."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        topic: Topic,
        decider: Decider[C, S, E],
        *,
        found_by: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.settings = settings
        self.clock = settings.new_clock()
        self.broker = KafkaBroker(settings.kafka, logger=None, allow_auto_create_topics=False)
        self.producer = kafka.producer(settings.kafka)
        self._subscribers: list[Subscriber] = []
        self._beside: list[Callable[[], Awaitable[None]]] = []
        self._steps: list[Callable[[], Awaitable[None]]] = []
        self._found_by = found_by
        self._client = connect(settings.mongo)
        self.database = self._client[f"zarbia_{name.replace('-', '_')}"]
        self.repository = MongoRepository(self.database, "aggregates")
        self.registers = MongoRegisters(self.database)
        self.relay = Relay(name, self.repository, self.producer)
        self.handler = CommandHandler(
            decider, self.repository, topic, self.relay, seconds=settings.command_seconds
        )
        self._days = DayKeeper(topic, self.registers, self.producer, self.clock, self.relay.drain)
        holder = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._lease = Lease(self.registers, "relay", holder, time.time)
        keeps_days = not isinstance(self.clock, DrivenClock)
        self._leader = Leader(name, self._lease, self.relay, self._days, keeps_days=keeps_days)
        METRICS.outbox_oldest.labels(name).set_function(self._oldest_waiting_seconds)

    @property
    def leading(self) -> asyncio.Event:
        """Set while this instance leads: for work beside that only one instance may do."""
        return self._leader.leading

    def subscribe(self, subscriber: Subscriber) -> None:
        """Read a topic of another service while this one runs."""
        self._subscribers.append(subscriber)

    def run_beside(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work`, which never ends by itself, while the service runs."""
        self._beside.append(work)

    def prepare_with(self, step: Callable[[], Awaitable[None]]) -> None:
        """Await `step` before the service listens, again while the store cannot be reached."""
        self._steps.append(step)

    def application(self, summary: str, *routers: APIRouter) -> FastAPI:
        """The service's application with its own routes."""
        all_routers = list(routers)
        if Redriven in self.handler.topic.events:
            all_routers.append(releases_router(self._releases()))
        if isinstance(self.clock, DrivenClock):
            all_routers.append(driven_clock_router(self.clock, self.advance))
        return create_application(
            self.name,
            self.settings,
            summary=summary,
            clock=self.clock,
            lifespan=self._lifespan,
            checks=self._checks(),
            routers=all_routers,
            prepare=self._prepare,
        )

    def _releases(self) -> Releases:
        return Releases(
            self.handler.topic, self.producer, self.clock, seconds=self.settings.command_seconds
        )

    async def advance(self, to: datetime) -> None:
        """Drive the clock on: publish all, close the days that are over, then move.

        Raises:
            ValueError: `to` is in the past.
        """
        if not isinstance(self.clock, DrivenClock):
            raise TypeError("this service goes by the system's clock")
        if to < self.clock.now():
            raise ValueError(f"cannot go back from {self.clock.now().isoformat()}")
        await self._leader.leading.wait()
        await self._days.close_through(day_before(local_day(to)))
        self.clock.advance(to)
        known = await self.registers.get(CLOCK)
        await self.registers.put(CLOCK, known, {"now": to.isoformat()})

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        await self.producer.start()
        watches = [subscriber.watch_lag for subscriber in self._subscribers]
        running = [self._leader.run, *self._beside, *watches]
        tasks = [asyncio.create_task(_for_ever(work)) for work in running]
        await self.broker.start()
        try:
            yield
        finally:
            await self.broker.stop()
            await self._stop(tasks)
            await self.producer.stop()
            await self._client.close()

    async def _prepare(self) -> None:
        while True:
            try:
                await self.repository.prepare(*self._found_by)
                for step in self._steps:
                    await step()
                await kafka.ensure_topics(
                    self.settings.kafka, owned_by(self.name), self.settings.replication
                )
                break
            except (PyMongoError, KafkaError, OSError) as error:
                log.warning("waiting for broker and store", error=repr(error))
                await asyncio.sleep(1)
        if isinstance(self.clock, DrivenClock) and (known := await self.registers.get(CLOCK)):
            self.clock.advance(max(self.clock.now(), datetime.fromisoformat(known["now"])))

    async def _stop(self, tasks: list[asyncio.Task[None]]) -> None:
        if self._leader.leading.is_set():
            with suppress(TimeoutError, KafkaError, PyMongoError):
                async with asyncio.timeout(STOP_SECONDS):
                    await self.relay.drain()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(PyMongoError):
            await self._lease.release()

    def _oldest_waiting_seconds(self) -> float:
        """Asked at each scrape, so that it grows while the broker hangs. Only the leader knows."""
        recorded_ms = self.relay.oldest.recorded_ms()
        if recorded_ms is None or not self._leader.leading.is_set():
            return 0.0
        return max(0.0, self.clock.now().timestamp() - recorded_ms / 1000)

    def _checks(self) -> dict[str, Check]:
        checks: dict[str, Check] = {"store": self._check_store, "broker": self._check_broker}
        if self._subscribers:
            checks["subscribers"] = self._check_subscribers
        return checks

    async def _check_store(self) -> list[str]:
        await self.repository.ready()
        return []

    async def _check_broker(self) -> list[str]:
        reached = await self.producer.client.force_metadata_update()
        return [] if reached else ["no broker answers"]

    async def _check_subscribers(self) -> list[str]:
        return [problem for reader in self._subscribers for problem in reader.problems()]


async def _for_ever(work: Callable[[], Awaitable[None]]) -> None:
    """Run `work`; what should never end and does, ends the process, to be started anew."""
    try:
        await work()
    except asyncio.CancelledError:
        raise
    except Exception:
        log.exception("a part of the service failed")
    signal.raise_signal(signal.SIGTERM)
