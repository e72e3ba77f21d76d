"""A broker of these tests' own, with the world on it."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from aiokafka import TopicPartition

from chassis import kafka
from chassis.folding.publishing.log import reading
from console.stack import RunningStack, running
from console.stack.errors import StackError
from console.stack.ports import BROKER, CONTROLLER, STORE, free_base
from contracts.topics import owned_by
from tests.faults.scale import SCALE
from tests.faults.world import INPUTS, NUMBERS, World

OWNERS = ("exports", "orders", "insurance", "export-metrics")
TRIES = 3
PATIENCE_MS = 120_000
MOST_RECORDS = 60_000 if SCALE else 40_000
"""After which there is a new broker: a start costs less than folding all that again and again."""


class Stage:
    """A broker of these tests' own, and another one when its log has become long.

    Every comparison folds the whole log: without an end to it, each run would take longer.
    """

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self._folders = folders
        self._stack = ExitStack()
        self._world: World | None = None

    async def world(self) -> World:
        if self._world is None or self._world.records() > MOST_RECORDS:
            self.close()
            self._world = await self._opened()
        return self._world

    def close(self) -> None:
        self._stack.close()
        self._world = None

    async def _opened(self) -> World:
        folder = self._folders.mktemp("faults")
        world = World(self._started(folder).kafka, folder)
        for owner in OWNERS:
            await kafka.ensure_topics(world.kafka, owned_by(owner), 1)
        await _until_all_may_be_written(world.kafka)
        await world.open()
        return world

    def _started(self, folder: Path) -> RunningStack:
        """Others may take the ports that were free a moment ago."""
        for left in reversed(range(TRIES)):
            base = free_base((BROKER, CONTROLLER, STORE))
            try:
                return self._stack.enter_context(running(folder, services=(), port_base=base))
            except StackError:
                if not left:
                    raise
        raise AssertionError("unreachable")


async def _until_all_may_be_written(url: str) -> None:
    """A busy machine takes long to make so many logs: longer than a producer tries."""
    async with reading(url, request_timeout_ms=PATIENCE_MS) as consumer:
        await consumer.end_offsets([TopicPartition(t.name, n) for t in INPUTS for n in NUMBERS])
