"""The notifications service in this process."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from chassis.tests.http_api import application, client_of
from services.notifications.routes import recipients, told
from services.notifications.tests.desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    return application(recipients(desk.contacts), told(desk.handler, desk.deliveries))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client
