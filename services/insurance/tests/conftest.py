"""Insurance in this process."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from chassis.commands import CommandHandler
from chassis.store import MemoryRepository
from chassis.tests.counters import Woken
from chassis.tests.http_api import application, client_of
from contracts.topics import INSURANCE_RULES
from services.insurance.app import DECIDER, rules


@pytest.fixture
def repository() -> MemoryRepository:
    return MemoryRepository()


@pytest.fixture
def woken() -> Woken:
    return Woken()


@pytest.fixture
def app(repository: MemoryRepository, woken: Woken) -> FastAPI:
    return application(rules(CommandHandler(DECIDER, repository, INSURANCE_RULES, woken)))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client
