"""The application factory: what every service shows over HTTP beside its own routes."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import structlog
import uvicorn
from fastapi import APIRouter, FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.clock import Clock
from chassis.http import problems
from chassis.http.health import Check, health_router
from chassis.http.limits import BodyLimit
from chassis.http.observe import Observe
from chassis.settings import Settings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
GRACEFUL_SECONDS = 8


def create_application(
    service: str,
    settings: Settings,
    *,
    summary: str,
    clock: Clock,
    lifespan: Lifespan,
    checks: dict[str, Check],
    routers: list[APIRouter],
    prepare: Callable[[], Awaitable[None]] | None = None,
) -> FastAPI:
    """An application with problem details, limits, health, metrics and the service's own routes.

    `prepare` is awaited before the service listens; it may wait for broker and store.
    """
    app = FastAPI(
        title=f"Zarbia {service}",
        summary=summary,
        version="1",
        lifespan=lifespan,
        redoc_url=None,
        responses=problems.responses(500),
    )
    app.state.clock = clock
    app.state.settings = settings
    app.state.prepare = prepare
    problems.install(app)
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes, bulk_limit=settings.max_bulk_bytes)
    app.add_middleware(Observe, service=service)
    app.include_router(health_router(checks))
    app.include_router(_metrics_router())
    for router in routers:
        app.include_router(router)
    return app


async def serve(app: FastAPI, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then let running requests end."""
    if app.state.prepare is not None:  # here a signal still ends the process at once
        await app.state.prepare()
    config = uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )
    structlog.get_logger().info("serving", host=settings.http_host, port=settings.http_port)
    await uvicorn.Server(config).serve()


def _metrics_router() -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
