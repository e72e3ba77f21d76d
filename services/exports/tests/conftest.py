"""The exports service in this process."""

from collections.abc import AsyncIterator, Mapping, Sequence

import httpx
import pytest
from fastapi import FastAPI

from chassis.commands import CommandHandler
from chassis.store import MemoryRegisters, MemoryRepository
from chassis.tests.counters import Woken
from chassis.tests.http_api import application, client_of
from contracts.exports import ExporterStamp
from contracts.topics import EXPORTS_SHIPMENTS
from services.exports.app import DECIDER
from services.exports.routes import Handler, shipments
from services.exports.tests.shipments import STAMP


class KnownExporters:
    """Implements Exporters in memory."""

    def __init__(self, *stamps: ExporterStamp) -> None:
        self._stamps = {stamp.producer_id: stamp for stamp in stamps}

    async def known(self, producer_ids: Sequence[str]) -> dict[str, ExporterStamp]:
        return {id_: self._stamps[id_] for id_ in producer_ids if id_ in self._stamps}

    async def remember(self, stamps: Mapping[str, ExporterStamp]) -> None:
        self._stamps.update(stamps)


@pytest.fixture
def repository() -> MemoryRepository:
    return MemoryRepository()


@pytest.fixture
def handler(repository: MemoryRepository) -> Handler:
    return CommandHandler(DECIDER, repository, EXPORTS_SHIPMENTS, Woken())


@pytest.fixture
def app(handler: Handler) -> FastAPI:
    return application(shipments(handler, KnownExporters(STAMP), MemoryRegisters()))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client
