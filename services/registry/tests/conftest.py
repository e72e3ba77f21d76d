"""The registry in this process."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from chassis.commands import CommandHandler
from chassis.store import MemoryRepository
from chassis.tests.counters import Woken
from chassis.tests.http_api import application, client_of
from contracts.topics import REGISTRY_PRODUCERS
from services.registry.app import DECIDER, producers


@pytest.fixture
def repository() -> MemoryRepository:
    return MemoryRepository()


@pytest.fixture
def woken() -> Woken:
    return Woken()


@pytest.fixture
def app(repository: MemoryRepository, woken: Woken) -> FastAPI:
    return application(producers(CommandHandler(DECIDER, repository, REGISTRY_PRODUCERS, woken)))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client
