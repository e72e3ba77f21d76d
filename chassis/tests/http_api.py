"""A service's routes in this process: its real application over a store in memory."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI

from chassis.application import create_application
from chassis.clock import DrivenClock
from chassis.http.problems import MEDIA_TYPE
from chassis.settings import Settings
from chassis.store import Document, MemoryRepository
from chassis.tests.counters import NOW

JSON = {"Content-Type": "application/json"}
LIMIT = 20_000
BULK_LIMIT = 40_000
BULK_LINES = 10

UNREADABLE: dict[str, bytes] = {
    "nothing": b"",
    "cut off": b'{"kind": "cooperat',
    "not JSON": b"kind=cooperative",
    "not UTF-8": b'{"reason": "\xff"}',
    "no object": b"[]",
    "null": b"null",
    "not a number": b"NaN",
    "nested too deeply": b"[" * 4_000 + b"]" * 4_000,
    "a number of 5,000 digits": b'{"amount": ' + b"9" * 5_000 + b"}",
}
"""Bodies that no command can be read from."""


@asynccontextmanager
async def _nothing_to_start(_: FastAPI) -> AsyncIterator[None]:
    yield


def application(*routers: APIRouter) -> FastAPI:
    """An application on 30 June 2025, with low limits."""
    settings = Settings(max_body_bytes=LIMIT, max_bulk_bytes=BULK_LIMIT, max_bulk_lines=BULK_LINES)
    return create_application(
        "test",
        settings,
        summary="Under test.",
        clock=DrivenClock(NOW),
        lifespan=_nothing_to_start,
        checks={},
        routers=list(routers),
    )


def client_of(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://service")


def problems(response: httpx.Response, *statuses: int) -> dict[str, str]:
    """The code of each field of an answer that must be a problem of one of these statuses."""
    assert response.status_code in statuses, response.text
    assert response.headers["content-type"] == MEDIA_TYPE
    body = response.json()
    assert body["status"] == response.status_code
    assert body["type"].startswith("urn:zarbia:problem:")
    assert body["title"]
    assert body["detail"]
    assert body["errors"]
    assert all(error["code"] and error["message"] for error in body["errors"])
    return {error["field"]: error["code"] for error in body["errors"]}


async def everything(repository: MemoryRepository) -> dict[str, Document]:
    """All that is stored, to see that nothing was written."""
    return await repository.load(list(repository._documents))


def changed(body: dict[str, Any], path: str, value: object) -> bytes:
    """A copy of `body` as JSON, with another value at a dotted path."""
    copy = json.loads(json.dumps(body))
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    target = copy
    for part in parents:
        target = target[part]
    target[last] = value
    return json.dumps(copy).encode()


async def in_chunks(body: bytes) -> AsyncIterator[bytes]:
    """A body that does not say how long it is."""
    for start in range(0, len(body), 1000):
        yield body[start : start + 1000]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation of an OpenAPI document below /v1, named by method and path."""
    for path, methods in document["paths"].items():
        if path.startswith("/v1"):
            for method, operation in methods.items():
                yield f"{method} {path}", operation


def check_described(app: FastAPI) -> dict[str, dict[str, Any]]:
    """Check that each route tells its problems and shows its bodies. Returns the operations."""
    found = dict(operations(app.openapi()))
    assert found
    for name, operation in found.items():
        statuses = set(operation["responses"])
        expected = {"422", "500"}
        if name.startswith(("post", "put")):
            expected |= {"400", "413"}
            (content,) = operation["requestBody"]["content"].values()
            assert content.get("examples") or content.get("example"), f"{name} shows no body"
        if "{id}" in name:
            expected.add("404")
        assert statuses >= expected, f"{name} does not tell {expected - statuses}"
        for status in statuses - {"200", "201"}:
            assert MEDIA_TYPE in operation["responses"][status]["content"], f"{name} {status}"
        assert operation["description"], name
    return found
