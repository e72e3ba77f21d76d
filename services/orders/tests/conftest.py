"""The orders service in this process."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from chassis.commands import CommandHandler
from chassis.store import MemoryRepository
from chassis.tests.counters import Woken
from chassis.tests.http_api import application, client_of
from contracts.topics import ORDERS_ORDERS
from services.orders.app import DECIDER
from services.orders.routes import orders


@pytest.fixture
def repository() -> MemoryRepository:
    return MemoryRepository()


@pytest.fixture
def woken() -> Woken:
    return Woken()


@pytest.fixture
def app(repository: MemoryRepository, woken: Woken) -> FastAPI:
    return application(orders(CommandHandler(DECIDER, repository, ORDERS_ORDERS, woken)))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client
