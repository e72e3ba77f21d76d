"""What the demonstration sends: commands with the day on which they are sent."""

from dataclasses import dataclass
from datetime import date, timedelta

from chassis.http.circumstances import aggregate_id
from contracts.values import Command

CLIENT_ID = "zarbia-demo"


@dataclass(frozen=True, slots=True)
class DatedCommand:
    """A command to the aggregate `subject`, sent on `day` under the idempotency key `run:key`.

    What it tells of may have happened some days before.
    """

    day: date
    subject: str
    key: str
    body: Command


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is made up: the same scenario gives the same commands. Both days are played.

    Things happen on every day, and are told once in `step_days`: of a whole week on its Monday. So
    each command becomes known on the very day that it is sent, and no day in between holds one.
    Enough producers are needed for every chain to have some: 50 are. `shipments` is about how many
    will stand.
    """

    seed: int = 1
    first_day: date = date(2024, 1, 1)
    last_day: date = date(2025, 11, 30)
    step_days: int = 7
    producers: int = 900
    shipments: int = 4250

    @property
    def run(self) -> str:
        """Names the commands of this scenario among those of others."""
        return f"demo-{self.seed}"

    @property
    def days(self) -> list[date]:
        """The days on which commands are sent, the last day always among them."""
        length = (self.last_day - self.first_day).days + 1
        days = [self.first_day + timedelta(days=n) for n in range(0, length, self.step_days)]
        return days if days[-1] == self.last_day else [*days, self.last_day]

    def told_on(self, day: date) -> date:
        """The first day, from `day` on, on which commands are sent. Beyond the end: `day`."""
        passed = max((day - self.first_day).days, 0)
        steps = -(-passed // self.step_days)
        told = self.first_day + timedelta(days=steps * self.step_days)
        return max(min(told, self.last_day), day)

    def lasts_to(self, day: date) -> bool:
        """Whether something that is to happen on `day` still happens."""
        return day <= self.last_day

    def created_id(self, kind: str, key: str) -> str:
        """The id of the producer or order that the command with this key creates."""
        return aggregate_id(kind, CLIENT_ID, f"{self.run}:{key}")
