"""Sending over HTTP, patiently: each command carries its key, so it can be sent again."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import httpx

from console.demo.dated import CLIENT_ID, DatedCommand
from console.demo.errors import DemoStoppedError
from console.demo.routes import route_of

CONCURRENT = 8
PATIENCE_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 0.5
NOT_YET = "exporter_unknown"
_PASSING = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
_DONE = {HTTPStatus.OK, HTTPStatus.CREATED}


class Sender:
    """Sends the commands of one run; `on_done` is told how many were just carried out."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        urls: Mapping[str, str],
        run: str,
        on_done: Callable[[int], None],
    ) -> None:
        self._http = http
        self._urls = urls
        self._run = run
        self._on_done = on_done
        self._slots = asyncio.Semaphore(CONCURRENT)

    async def send(self, command: DatedCommand) -> None:
        """Carry out one command.

        Raises:
            DemoStoppedError: it is refused, or its service cannot be reached.
        """
        route = route_of(command)
        url = self._urls[route.service] + route.path.format(id=command.subject)
        body = command.body.model_dump_json(exclude_none=True)
        headers = {"Content-Type": "application/json"} | self._headers(f"{self._run}:{command.key}")

        async def once() -> bool:
            async with self._slots:
                response = await self._http.post(url, content=body, headers=headers)
            return _is_done(response)

        await patiently(once, f"{command.key} at {url}")
        self._on_done(1)

    async def send_bulk(self, commands: Sequence[DatedCommand]) -> None:
        """Carry out commands of one bulk route in one request; those that are too early, again.

        Raises:
            DemoStoppedError: one is refused, or the service cannot be reached.
        """
        if not commands:
            return
        route = route_of(commands[0])
        url = f"{self._urls[route.service]}{route.bulk}"
        headers = {"Content-Type": "application/x-ndjson"} | self._headers(self._run)
        waiting = list(commands)

        async def once() -> bool:
            nonlocal waiting
            lines = "\n".join(map(_line, waiting))
            response = await self._http.post(url, content=lines, headers=headers)
            if not _is_done(response):
                return False
            outcomes = response.json()["outcomes"]
            early = [c for c, o in zip(waiting, outcomes, strict=True) if not _is_carried_out(o)]
            self._on_done(len(waiting) - len(early))
            waiting = early
            return not waiting

        await patiently(once, url)

    def _headers(self, key: str) -> dict[str, str]:
        return {"X-Client-Id": CLIENT_ID, "Idempotency-Key": key}


async def patiently(once: Callable[[], Awaitable[bool]], what: str) -> None:
    """Try until `once` says that it is done.

    Raises:
        DemoStoppedError: it is not done after PATIENCE_SECONDS.
    """
    clock = asyncio.get_running_loop().time
    deadline = clock() + PATIENCE_SECONDS
    pause = FIRST_PAUSE_SECONDS
    while True:
        why = "is not ready"
        try:
            if await once():
                return
        except httpx.TransportError as error:
            why = f"cannot be reached: {error!r}"
        if clock() > deadline:
            raise DemoStoppedError(f"{what} {why}")
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _is_done(response: httpx.Response) -> bool:
    if response.status_code in _DONE:
        return True
    if response.status_code in _PASSING or NOT_YET in response.text:
        return False
    raise DemoStoppedError(
        f"{response.request.url} answers {response.status_code}: {response.text[:300]}"
    )


def _is_carried_out(outcome: dict[str, Any]) -> bool:
    if outcome["status"] in _DONE:
        return True
    if any(error["code"] == NOT_YET for error in outcome["errors"]):
        return False
    raise DemoStoppedError(f"line {outcome['line']} is refused: {outcome['errors']}")


def _line(command: DatedCommand) -> str:
    body = command.body.model_dump(mode="json", exclude_none=True)
    return json.dumps({"key": command.key, "command": body}, separators=(",", ":"))
