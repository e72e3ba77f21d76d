"""What the platform says: figures, indicators and triggers, read over HTTP."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import httpx

from console.demo.figures import DIMENSIONS, Figures, Group, Measures

ALL = 10_000


class Trigger(NamedTuple):
    """A risk trigger as it stands. `exposed` is centimes of MAD."""

    id: str
    rule: str
    state: str
    subject: str
    episode: int
    exposed: int
    constituted_on: date
    ended_on: date | None
    reason: str | None
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """The exports at one moment, seen from three sides, and the triggers.

    Every day to the end of `closed_through` is in them.
    """

    months: Mapping[str, Measures] = field(default_factory=dict)
    partners: Mapping[str, Measures] = field(default_factory=dict)
    groups: Mapping[str, Measures] = field(default_factory=dict)
    triggers: tuple[Trigger, ...] = ()
    closed_through: date | None = None

    @property
    def by_state(self) -> Counter[tuple[str, str]]:
        """How many triggers of each rule are in each state."""
        return Counter((trigger.rule, trigger.state) for trigger in self.triggers)


class Platform:
    """Reads export_metrics at `url`. Every method raises httpx.HTTPError."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http = http
        self._url = f"{url}/v1"

    async def read(self) -> Reading:
        """What the screen shows, in few rows."""
        by_month = await self._get("statistics", by="month")
        rest = await self._get("statistics", by="partner,product_group")
        closed_through = by_month["knowledge"]["closed_through"]
        return Reading(
            months=_sums(by_month["rows"], "month"),
            partners=_sums(rest["rows"], "partner"),
            groups=_sums(rest["rows"], "product_group"),
            triggers=await self.triggers(),
            closed_through=date.fromisoformat(closed_through) if closed_through else None,
        )

    async def figures(self) -> Figures:
        """All figures by DIMENSIONS."""
        rows = (await self._get("statistics", by=",".join(DIMENSIONS)))["rows"]
        return {Group(*(row[name] or "" for name in DIMENSIONS)): _measures(row) for row in rows}

    async def triggers(self) -> tuple[Trigger, ...]:
        """All triggers, whatever their state."""
        said = await self._get("triggers", state="all", limit=str(ALL))
        return tuple(map(_trigger, said["triggers"]))

    async def indicators(self, period: str, by: str = "") -> dict[str, Any]:
        """The answer of the indicators route, as it is."""
        return await self._get("indicators", period=period, by=by)

    async def shipments(self) -> int:
        """All shipments in the figures now."""
        answer = await self._get("statistics", by="")
        return int(answer["total"]["shipments"])

    async def _get(self, path: str, **query: str) -> dict[str, Any]:
        response = (await self._http.get(f"{self._url}/{path}", params=query)).raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer


def _sums(rows: list[dict[str, Any]], name: str) -> dict[str, Measures]:
    sums: dict[str, Measures] = {}
    for row in rows:
        sums[row[name]] = sums.get(row[name], Measures()).plus(_measures(row))
    return sums


def _measures(row: dict[str, Any]) -> Measures:
    return Measures(
        fob_centimes=_thousandths(row["fob_value_mad"]) // 10,
        net_mass_grams=_thousandths(row["net_mass_kg"]),
        quantity_thousandths=_thousandths(row["quantity"] or "0"),
        shipments=int(row["shipments"]),
    )


def _trigger(row: dict[str, Any]) -> Trigger:
    ended_on = row["superseded_on"] or row["withdrawn_on"]
    return Trigger(
        id=row["trigger_id"],
        rule=row["rule"],
        state=row["state"],
        subject=row["subject"],
        episode=row["episode"],
        exposed=_thousandths(row["exposed_mad"]) // 10,
        constituted_on=date.fromisoformat(row["constituted_on"]),
        ended_on=date.fromisoformat(ended_on) if ended_on else None,
        reason=row["reason"],
        evidence=tuple(evidence["event_id"] for evidence in row["evidence"]),
    )


def _thousandths(number: str) -> int:
    return int(Decimal(number).scaleb(3))
