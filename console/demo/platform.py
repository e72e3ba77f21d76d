"""What the platform says: figures and triggers, read over HTTP."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx

from console.demo.figures import DIMENSIONS, Figures, Group, Measures

ALL = 10_000


@dataclass(frozen=True)
class Reading:
    """The figures at one moment, with the status that the platform gives them."""

    figures: Figures = field(default_factory=dict)
    triggers: Counter[tuple[str, str]] = field(default_factory=Counter)
    status: str = ""


class Platform:
    """Reads export_metrics at `url`."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http = http
        self.statistics_url = f"{url}/v1/statistics"
        self.triggers_url = f"{url}/v1/triggers"

    async def read(self) -> Reading:
        """Raises httpx.HTTPError."""
        answer = await self._get(self.statistics_url, by=",".join(DIMENSIONS))
        said = await self._get(self.triggers_url, state="all", limit=str(ALL))
        triggers = Counter((row["rule"], row["state"]) for row in said["triggers"])
        return Reading(dict(map(_figure, answer["rows"])), triggers, str(answer["status"]))

    async def shipments(self) -> int:
        """All shipments in the figures now. Raises httpx.HTTPError."""
        answer = await self._get(self.statistics_url, by="month")
        return int(answer["total"]["shipments"])

    async def _get(self, url: str, **query: str) -> dict[str, Any]:
        response = (await self._http.get(url, params=query)).raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer


def _figure(row: dict[str, Any]) -> tuple[Group, Measures]:
    group = Group(*(row[dimension] or "" for dimension in DIMENSIONS))
    return group, Measures(
        fob_centimes=_thousandths(row["fob_value_mad"]) // 10,
        net_mass_grams=_thousandths(row["net_mass_kg"]),
        quantity_thousandths=_thousandths(row["quantity"] or "0"),
        shipments=int(row["shipments"]),
    )


def _thousandths(number: str) -> int:
    return int(Decimal(number).scaleb(3))
