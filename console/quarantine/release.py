"""Asking the owner of a topic to release an event that its readers could not read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from console.quarantine.errors import OwnerRefusedError, QuarantineError
from console.quarantine.record import Place
from contracts.problem import Problem

RELEASE_SECONDS = 30.0
JSON = {"Content-Type": "application/json"}


class Released(msgspec.Struct):
    """What the owner published, and where."""

    id: str
    topic: str
    partitions: list[int]


class _FieldProblem(msgspec.Struct):
    code: str
    field: str
    message: str


class _Refusal(msgspec.Struct):
    errors: list[_FieldProblem]


@dataclass(frozen=True, slots=True)
class Owner:
    """The service that owns a topic, at its base URL."""

    name: str
    url: str

    def redrive(self, place: Place, reason: str, type_: str, body: dict[str, Any]) -> Released:
        """Have the event told again. Raises as `skip`."""
        told = _of(place) | {"reason": reason, "type": type_, "body": body}
        return self._post("redrive", told)

    def skip(self, place: Place, reason: str) -> Released:
        """Have the event passed over.

        Raises OwnerRefusedError with the problems that it names; QuarantineError when it cannot be
        reached or fails, after which the same can be asked again.
        """
        return self._post("skip", _of(place) | {"reason": reason})

    def _post(self, what: str, content: dict[str, Any]) -> Released:
        url = f"{self.url}/internal/quarantine/{what}"
        # Escaped to ASCII, as text that is no Unicode is for the owner to refuse.
        text = json.dumps(content)
        try:
            response = httpx.post(url, content=text, headers=JSON, timeout=RELEASE_SECONDS)
        except httpx.HTTPError as error:
            raise QuarantineError(f"{self.name} cannot be reached: {error}") from error
        try:
            if response.is_success:
                return msgspec.json.decode(response.content, type=Released)
            refusal = msgspec.json.decode(response.content, type=_Refusal)
        except msgspec.MsgspecError as error:
            raise QuarantineError(
                f"{self.name} answers {response.status_code} and no more: does it know releases?"
            ) from error
        problems = [Problem(e.code, e.field, e.message) for e in refusal.errors]
        raise OwnerRefusedError(self.name, problems)


def owner_of(place: Place, services: Mapping[str, str]) -> Owner:
    """The owner of the topic, by the catalogue. Raises QuarantineError when it does not run."""
    name = place.topic.owner.replace("-", "_")
    if name not in services:
        raise QuarantineError(f"{name}, which owns {place.topic.name}, does not run in this stack")
    return Owner(name, services[name])


def _of(place: Place) -> dict[str, Any]:
    return {
        "aggregate": place.subject,
        "ordinal": place.ordinal,
        "event_id": place.event_id,
        "key": place.key,
        "partition": place.partition,
    }
