"""Is the process alive, and is it ready: two questions with two answers."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Response
from pydantic import BaseModel

CHECK_SECONDS = 3.0
Check = Callable[[], Awaitable[list[str]]]
"""Gives the reasons for not being ready; an exception is one more."""


class Readiness(BaseModel):
    """Each part that was looked at, with what is wrong with it."""

    ready: bool
    checks: dict[str, list[str]]


def health_router(checks: dict[str, Check]) -> APIRouter:
    """Routes `/health/live` and `/health/ready`."""
    router = APIRouter(prefix="/health", tags=["health"])

    @router.get("/live")
    async def live() -> dict[str, bool]:
        return {"live": True}

    @router.get("/ready", responses={503: {"model": Readiness, "description": "not ready"}})
    async def ready(response: Response) -> Readiness:
        found = await asyncio.gather(*(_problems(check) for check in checks.values()))
        readiness = Readiness(ready=not any(found), checks=dict(zip(checks, found, strict=True)))
        response.status_code = 200 if readiness.ready else 503
        return readiness

    return router


async def _problems(check: Check) -> list[str]:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except Exception as error:  # noqa: BLE001 - a check that fails is the answer
        return [repr(error)]
