"""The clocks of the services, which the demonstration drives."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import httpx

from chassis.clock import local_day, start_of
from console.demo.errors import DemoStoppedError
from console.demo.sender import patiently

UNDRIVEN = {"export_metrics", "registry_metrics"}
"""Have no clock: they go by the day markers of the others."""

OPENS_AT = timedelta(hours=9)


def morning(day: date) -> datetime:
    """When the day's commands are sent: nine o'clock in Morocco, in UTC."""
    return start_of(day) + OPENS_AT


class Clocks:
    def __init__(self, http: httpx.AsyncClient, urls: Mapping[str, str]) -> None:
        self._http = http
        self._urls = [f"{url}/internal/clock" for name, url in urls.items() if name not in UNDRIVEN]

    async def day(self) -> date:
        """The day that the slowest clock shows: days before it were played to their end.

        Raises:
            DemoStoppedError: a clock cannot be read.
        """
        try:
            return min(await asyncio.gather(*map(self._day, self._urls)))
        except httpx.HTTPError as error:
            raise DemoStoppedError(f"the clocks of the services cannot be read: {error}") from error

    async def drive_to(self, day: date) -> None:
        """Close every day before `day` in all services, side by side.

        Raises:
            DemoStoppedError: a service cannot be reached, or refuses.
        """
        await asyncio.gather(*(self._drive(url, day) for url in self._urls))

    async def _day(self, url: str) -> date:
        response = (await self._http.get(url)).raise_for_status()
        return local_day(datetime.fromisoformat(response.json()["now"]))

    async def _drive(self, url: str, day: date) -> None:
        async def once() -> bool:
            response = await self._http.post(url, json={"now": morning(day).isoformat()})
            if response.is_server_error:
                return False
            if response.is_client_error and await self._day(url) < day:
                raise DemoStoppedError(f"{url} answers {response.status_code}: {response.text}")
            return True

        await patiently(once, url)
