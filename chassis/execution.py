"""Commands on aggregates that exist: what they carry beside the command itself."""

from dataclasses import dataclass
from typing import Generic

from chassis.decider import C
from chassis.outbox import Circumstances


@dataclass(frozen=True, slots=True)
class Execution(Generic[C]):
    """A command on the aggregate `id`."""

    id: str
    command: C
    circumstances: Circumstances
