"""What a running stack says of itself: the content of `stack.json`."""

from typing import Literal

import msgspec

from console.stack.processes import Identity

Phase = Literal["starting", "ready", "restarting", "external"]


class Member(msgspec.Struct, frozen=True):
    """One part of the stack. `identity` is missing while it does not run, or is not our child."""

    name: str
    address: str
    phase: Phase
    identity: Identity | None = None
    restarts: int = 0
    version: str = ""


class StackState(msgspec.Struct, frozen=True):
    """The whole stack. `services` gives the base URL of each service by its name."""

    supervisor: Identity
    kafka: str
    mongo: str
    clock: str
    services: dict[str, str]
    members: list[Member]

    @property
    def ready(self) -> bool:
        """Whether every part has come up."""
        return all(member.phase in ("ready", "external") for member in self.members)
