"""Sending commands in bulk, patiently: a service that restarts loses nothing of an import."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import httpx

from console.importing.batches import CLIENT_ID, EXPORTERS_KEY

PATIENCE_SECONDS = 120.0
RETRY_SECONDS = 0.5
NDJSON = "application/x-ndjson"
NOT_YET = "exporter_unknown"
_PASSING = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}

Outcome = dict[str, Any]
"""One outcome of a bulk answer: line, status, id, ordinal, errors."""


class ImportStoppedError(Exception):
    """The import cannot go on now. Running it again resumes it."""


class BulkClient:
    """The bulk routes of registry and exports."""

    def __init__(self, http: httpx.AsyncClient, registry_url: str, exports_url: str) -> None:
        self._http = http
        self._producers = f"{registry_url}/v1/producers:bulk"
        self._shipments = f"{exports_url}/v1/shipments:bulk"

    async def register(self, lines: Sequence[bytes]) -> None:
        """Register exporters; those that are registered already stay as they are.

        Raises:
            ImportStoppedError: the registry refuses one, or cannot be reached.
        """
        for outcome in await self._post(self._producers, EXPORTERS_KEY, lines):
            if outcome["status"] not in {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.CONFLICT}:
                raise ImportStoppedError(f"the registry refuses an exporter: {outcome['errors']}")

    async def export(self, run: str, lines: Sequence[bytes]) -> list[Outcome]:
        """Send declarations; the outcomes are in their order.

        Waits for exporters that the exports service does not know yet.

        Raises:
            ImportStoppedError: it does not get to know them, or cannot be reached.
        """
        outcomes = await self._post(self._shipments, run, lines)
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        pause = 0.02
        while waiting := [i for i, outcome in enumerate(outcomes) if _not_yet(outcome)]:
            if asyncio.get_running_loop().time() > deadline:
                raise ImportStoppedError(
                    f"exports does not learn of {len(waiting)} exporters: is its reader stopped?"
                )
            await asyncio.sleep(pause)
            pause = min(pause * 2, RETRY_SECONDS)
            again = await self._post(self._shipments, run, [lines[i] for i in waiting])
            for index, outcome in zip(waiting, again, strict=True):
                outcomes[index] = outcome
        return outcomes

    async def _post(self, url: str, key: str, lines: Sequence[bytes]) -> list[Outcome]:
        if not lines:
            return []
        headers = {"X-Client-Id": CLIENT_ID, "Idempotency-Key": key, "Content-Type": NDJSON}
        response = await self._patiently(url, b"\n".join(lines), headers)
        if response.status_code != HTTPStatus.OK:
            raise ImportStoppedError(f"{url} answers {response.status_code}: {response.text[:300]}")
        outcomes: list[Outcome] = response.json()["outcomes"]
        return outcomes

    async def _patiently(self, url: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while True:
            try:
                response = await self._http.post(url, content=body, headers=headers)
            except httpx.TransportError as error:
                why = repr(error)
            else:
                if response.status_code not in _PASSING:
                    return response
                why = f"{response.status_code} {response.reason_phrase}"
            if asyncio.get_running_loop().time() > deadline:
                raise ImportStoppedError(f"{url} cannot be reached: {why}")
            await asyncio.sleep(RETRY_SECONDS)


def _not_yet(outcome: Outcome) -> bool:
    return any(error["code"] == NOT_YET for error in outcome["errors"])
