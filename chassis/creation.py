"""Commands that create: what they carry beside the command itself."""

from dataclasses import dataclass
from typing import Generic

from chassis.decider import C
from chassis.outbox import Circumstances

CREATION = "creation"
"""The idempotency key of a creation whose aggregate has a natural identity."""


@dataclass(frozen=True, slots=True)
class Creation(Generic[C]):
    """A command that creates the aggregate `id`, whose partition key it fixes for ever.

    `natural` names the field that the id comes from, if it does not come from the idempotency key.
    """

    id: str
    partition_key: str
    command: C
    circumstances: Circumstances
    natural: str | None = None
