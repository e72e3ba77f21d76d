"""What a running stack says of itself: the content of `stack.json`."""

from typing import Literal

import msgspec

from console.stack.processes import Identity

Phase = Literal["starting", "ready", "not ready", "restarting", "external"]


class Member(msgspec.Struct, frozen=True):
    """One part of the stack. `identity` is missing while it does not run, or is not our child.

    `reason` is why a part that is up is not ready, in its own words.
    """

    name: str
    address: str
    phase: Phase
    identity: Identity | None = None
    restarts: int = 0
    version: str = ""
    reason: str = ""


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
        """Whether every part has come up and is ready."""
        return self.up and not self.unready

    @property
    def up(self) -> bool:
        """Whether every part has come up; some may be `unready`."""
        return all(member.phase in ("ready", "not ready", "external") for member in self.members)

    @property
    def unready(self) -> list[Member]:
        """The parts that are up and say that they are not ready."""
        return [member for member in self.members if member.phase == "not ready"]
