"""What the demonstration sends: commands with the day on which they are sent."""

from dataclasses import dataclass
from datetime import date, timedelta

from chassis.http.circumstances import aggregate_id
from contracts.values import Command

CLIENT_ID = "zarbia-demo"


@dataclass(frozen=True, slots=True)
class DatedCommand:
    """A command to the aggregate `subject`, sent on `day` under the idempotency key `run:key`."""

    day: date
    subject: str
    key: str
    body: Command


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is made up: the same scenario gives the same commands. Both days are played.

    Enough producers are needed for every chain to have some: 50 are.
    """

    seed: int = 1
    first_day: date = date(2025, 1, 1)
    last_day: date = date(2025, 3, 31)
    producers: int = 300
    orders: int = 760
    plain_shipments: int = 260

    @property
    def run(self) -> str:
        """Names the commands of this scenario among those of others."""
        return f"demo-{self.seed}"

    @property
    def days(self) -> list[date]:
        length = (self.last_day - self.first_day).days + 1
        return [self.first_day + timedelta(days=passed) for passed in range(length)]

    def lasts_to(self, day: date) -> bool:
        """Whether something that is to happen on `day` still happens."""
        return day <= self.last_day

    def created_id(self, kind: str, key: str) -> str:
        """The id of the producer or order that the command with this key creates."""
        return aggregate_id(kind, CLIENT_ID, f"{self.run}:{key}")
