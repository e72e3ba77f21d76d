"""Each request is counted, timed, and its ids bound to every line that is logged under it."""

import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.metrics import METRICS


class Observe:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value for name, value in scope["headers"]}
        ids = {
            "correlation_id": headers.get("x-correlation-id", b"").decode("latin-1")[:64],
            "traceparent": headers.get("traceparent", b"").decode("latin-1")[:64],
        }
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = time.perf_counter()
        try:
            with structlog.contextvars.bound_contextvars(**{k: v for k, v in ids.items() if v}):
                await self._app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            METRICS.request_seconds.labels(
                self._service, scope["method"], route, str(status)
            ).observe(time.perf_counter() - started)
