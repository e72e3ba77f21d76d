"""Three people who are told of one order's risk triggers, each in their language.

Their addresses are of a domain that is kept for examples; the mails go to the stack's own mailbox.
"""

import asyncio
import time
from collections.abc import Mapping
from http import HTTPStatus

import httpx

from console.demo.dated import Scenario
from console.demo.errors import DemoStoppedError
from services.notifications.commands import About, Language, SetContact, Subscribe

WAIT_SECONDS = 20.0
LOOK_SECONDS = 0.2
SENT = "sent"


class Subscribers:
    """Contacts of the notifications service, whose URL stands in `urls`."""

    def __init__(
        self, http: httpx.AsyncClient, urls: Mapping[str, str], scenario: Scenario
    ) -> None:
        self._http = http
        self._url = f"{urls['notifications']}/v1/contacts"
        self._ids = {
            language: scenario.created_id("contact", language.value) for language in Language
        }

    async def subscribe(self, order: str) -> None:
        """Tell all of them of the risk triggers about an order. Again, it changes nothing.

        Raises:
            DemoStoppedError: the service refuses, or cannot be reached.
        """
        for language, id_ in self._ids.items():
            contact = SetContact(language=language, address=f"credit.{language}@fund.example")
            subscription = Subscribe(about=About.RISK_TRIGGER, scope=order)
            await self._send("PUT", f"{self._url}/{id_}", contact.model_dump_json())
            await self._send(
                "POST", f"{self._url}/{id_}/subscriptions", subscription.model_dump_json()
            )

    async def sent(self, due: int) -> int:
        """How many mails were sent, once `due` were or WAIT_SECONDS have passed."""
        ended = time.perf_counter() + WAIT_SECONDS
        while True:
            sent = sum([await self._sent(id_) for id_ in self._ids.values()])
            if sent >= due or time.perf_counter() > ended:
                return sent
            await asyncio.sleep(LOOK_SECONDS)

    async def _sent(self, id_: str) -> int:
        response = await self._http.get(f"{self._url}/{id_}/notifications")
        return sum(one["status"] == SENT for one in response.raise_for_status().json())

    async def _send(self, method: str, url: str, body: str) -> None:
        headers = {"Content-Type": "application/json"}
        try:
            response = await self._http.request(method, url, content=body, headers=headers)
        except httpx.TransportError as error:
            raise DemoStoppedError(f"{url} cannot be reached: {error!r}") from error
        if response.status_code not in (HTTPStatus.OK, HTTPStatus.CREATED):
            raise DemoStoppedError(f"{url} answers {response.status_code}: {response.text[:300]}")
