"""A process that folds, as operators meet it over HTTP."""

from typing import Any

import httpx
import msgspec

REQUEST_SECONDS = 30.0


class InstanceError(Exception):
    """A process that cannot be asked, or refuses; one line for the person who asked."""


class PartitionState(msgspec.Struct):
    partition: int
    role: str
    publishing: str


class State(msgspec.Struct):
    """What it says of itself."""

    fold: str
    generation: int
    fingerprint: str
    partitions: list[PartitionState]


class Instance:
    """At its base URL."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def state(self) -> State:
        """Raises InstanceError."""
        response = self._ask("GET", "/v1/status")
        try:
            return msgspec.json.decode(response.content, type=State)
        except msgspec.MsgspecError as error:
            raise InstanceError(f"{self.url} does not say which generation it is of") from error

    def take_over(self, generation: int) -> None:
        """Raises InstanceError, also when it is of another generation."""
        self._ask("POST", "/internal/generation/take-over", json={"generation": generation})

    def _ask(self, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            response = httpx.request(method, self.url + path, timeout=REQUEST_SECONDS, **content)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise InstanceError(f"{self.url} cannot be reached: {error}") from error
        if response.is_error:
            raise InstanceError(f"{self.url} refuses: {_detail(response)}")
        return response


def _detail(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{response.status_code}"
