"""A limit on request bodies, held while they arrive.

FastAPI has one of its own, which answers in plain text; every other answer here is a problem.
"""

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.http.problems import MEDIA_TYPE, details
from contracts.problem import Problem


class BodyLimit:
    """ASGI middleware: answers 413 to a body over the limit, which is another one for bulk."""

    def __init__(self, app: ASGIApp, limit: int, bulk_limit: int) -> None:
        self._app = app
        self._limit = limit
        self._bulk_limit = bulk_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._bulk_limit if scope["path"].endswith(":bulk") else self._limit
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared[:20]) > limit:
            await _refuse(send, limit)
            return
        try:
            body = await _whole_body(receive, limit)
        except _TooLargeError:
            await _refuse(send, limit)
        except ClientDisconnect:
            return  # half a body is not what was meant, and nobody waits for an answer
        else:
            await self._app(scope, _replayed(body, receive), send)


class _TooLargeError(Exception):
    pass


async def _whole_body(receive: Receive, limit: int) -> bytes:
    """Raises _TooLargeError; or ClientDisconnect when the sender went away before the end."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _TooLargeError
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _refuse(send: Send, limit: int) -> None:
    problem = Problem("body_too_large", "", f"the body exceeds {limit} bytes")
    body = details(413, problem.code, problem.message, [problem]).model_dump_json().encode()
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
