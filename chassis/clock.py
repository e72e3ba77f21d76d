"""What time it is, as a part given to whoever needs it."""

import importlib.resources
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

with importlib.resources.files("tzdata.zoneinfo.Africa").joinpath("Casablanca").open("rb") as _file:
    CASABLANCA = ZoneInfo.from_file(_file, "Africa/Casablanca")
"""From the pinned package, never the operating system: Morocco moved to UTC+0 on 20 September 2026
and older tables do not know it."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The current instant in UTC."""


class SystemClock:
    """The operating system's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the one place that may ask


class DrivenClock:
    """A clock that stands still until it is advanced, so that years pass in minutes."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, to: datetime) -> None:
        """Move on.

        Raises:
            ValueError: `to` is before the current instant.
        """
        if to < self._now:
            raise ValueError(f"cannot go back from {self._now.isoformat()} to {to.isoformat()}")
        self._now = to.astimezone(UTC)


def local_day(instant: datetime) -> date:
    """The calendar day in Morocco."""
    return instant.astimezone(CASABLANCA).date()


def start_of(day: date) -> datetime:
    """The instant at which a calendar day begins in Morocco, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=CASABLANCA).astimezone(UTC)


def day_before(day: date) -> date:
    return day - timedelta(days=1)
