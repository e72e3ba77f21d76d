"""The command that drives a service's clock, for demonstrations and tests. From loopback only."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel

from chassis.clock import DrivenClock
from chassis.http.loopback import require_loopback
from contracts.problem import Refusal, refused


class ClockReading(BaseModel):
    now: AwareDatetime


def driven_clock_router(
    clock: DrivenClock, advance: Callable[[datetime], Awaitable[None]]
) -> APIRouter:
    """Route `/internal/clock`: GET tells the time, POST moves it on and closes what is over."""
    router = APIRouter(prefix="/internal", tags=["clock"])

    @router.get("/clock")
    async def read_clock() -> ClockReading:
        return ClockReading(now=clock.now())

    @router.post("/clock")
    async def drive_clock(to: ClockReading, request: Request) -> ClockReading:
        require_loopback(request, "the clock is driven")
        try:
            await advance(to.now)
        except ValueError as error:
            raise refused(Refusal.CONFLICT, "clock_goes_back", "now", str(error)) from error
        return ClockReading(now=clock.now())

    return router
