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

    async def send(self, command: DatedCommand) -> dict[str, Any]:
        """Carry out one command; returns its answer, the first one when it is sent again.

        Raises:
            DemoStoppedError: it is refused, or its service cannot be reached.
        """
        route = route_of(command)
        url = self._urls[route.service] + route.path.format(id=command.subject)
        body = command.body.model_dump_json(exclude_none=True)
        headers = {"Content-Type": "application/json"} | self._headers(f"{self._run}:{command.key}")
        answer: dict[str, Any] = {}

        async def once() -> bool:
            async with self._slots:
                response = await self._http.request(
                    route.method, url, content=body, headers=headers
                )
            done = _is_done(response)
            answer.update(response.json() if done else {})
            return done

        await patiently(once, f"{command.key} at {url}")
        self._on_done(1)
        return answer

    async def send_many(self, commands: Sequence[DatedCommand]) -> None:
        """Carry out commands to one service: first what creates, then what tells the created.

        Raises:
            DemoStoppedError: one is refused, or the service cannot be reached.
        """
        by_route: dict[str | None, list[DatedCommand]] = {}
        for command in sorted(commands, key=lambda command: route_of(command).do is not None):
            by_route.setdefault(route_of(command).bulk, []).append(command)
        for bulk, of_route in by_route.items():
            if bulk is not None:
                await self._send_bulk(of_route, bulk)
            else:
                for command in of_route:
                    await self.send(command)

    async def _send_bulk(self, commands: Sequence[DatedCommand], path: str) -> None:
        """One request, again for the lines that are too early or met another writer."""
        url = self._urls[route_of(commands[0]).service] + path
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
    early = any(error["code"] == NOT_YET for error in outcome["errors"])
    if early or outcome["status"] in _PASSING:
        return False
    raise DemoStoppedError(f"line {outcome['line']} is refused: {outcome['errors']}")


def _line(command: DatedCommand) -> str:
    line: dict[str, Any] = {"key": command.key}
    if do := route_of(command).do:
        line |= {"id": command.subject, "do": do}
    line["command"] = command.body.model_dump(mode="json", exclude_none=True)
    return json.dumps(line, separators=(",", ":"))
