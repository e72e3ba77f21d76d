"""When a replay writes: how fast, and shifted by how much."""

import asyncio
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple, Self

from console.recording.errors import RecordingError
from console.recording.record import Record

TO_NOW = "to-now"
_LATEST_MS = 253_402_300_799_999
"""The end of the year 9999."""
_SPEED = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)x", re.ASCII)
_DURATION = re.compile(
    r"(?P<sign>[+-]?)(?=[0-9])(?:(?P<days>[0-9]{1,6})d)?(?:(?P<hours>[0-9]{1,6})h)?"
    r"(?:(?P<minutes>[0-9]{1,6})m)?(?:(?P<seconds>[0-9]{1,9})s)?",
    re.ASCII,
)


class CalendarError(RecordingError):
    """A record whose times cannot be moved by so much."""

    def __init__(self, message: str, record: Record) -> None:
        super().__init__(message, "--shift-time")
        self.record = record


class Step(NamedTuple):
    """A record to write once `due`, in milliseconds since 1970 on the recording's own time line.

    `kind` is empty for what was recorded, else the name of the fault that made it.
    """

    record: Record
    due: int
    kind: str = ""


def parse_speed(text: str) -> Fraction | None:
    """Recorded time in real time: 1 for `real`, N for `Nx`, None for `max`.

    Raises RecordingError for another form.
    """
    if text == "max":
        return None
    match = _SPEED.fullmatch("1x" if text == "real" else text)
    speed = Fraction(match[1]) if match else Fraction(0)
    if not speed:
        raise RecordingError(f"{text} is neither real, max nor a number like 10x", "--speed")
    return speed


def parse_shift(text: str) -> timedelta:
    """Read `30d`, `-12h`, `1d6h30m` or `90s`. Raises RecordingError for another form."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise RecordingError(
            f"{text} is neither {TO_NOW} nor a duration like 30d, -12h or 1d6h30m", "--shift-time"
        )
    named = match.groupdict()
    size = timedelta(**{unit: int(named[unit] or 0) for unit in named if unit != "sign"})
    return -size if named["sign"] == "-" else size


def steps(records: Iterable[Record], shift: timedelta) -> Iterator[Step]:
    """Each record, shifted, when its turn is: never before the one in front of it."""
    due: int | None = None
    for record in records:
        moved = shifted(record, shift) if shift else record
        due = moved.timestamp if due is None else max(due, moved.timestamp)
        yield Step(moved, due)


def shifted(record: Record, shift: timedelta) -> Record:
    """Its timestamp and `ce_time` moved, both where they are a time; never what is in the data.

    Raises CalendarError for a timestamp outside the years 1970 to 9999, a `ce_time` outside 1 to
    9999.
    """
    try:
        headers = tuple(
            (name, _moved(raw, shift) if name == "ce_time" and raw else raw)
            for name, raw in record.headers
        )
    except OverflowError as error:
        raise CalendarError("ce_time would leave the calendar", record) from error
    if record.timestamp < 0:
        return record._replace(headers=headers)
    timestamp = record.timestamp + shift // timedelta(milliseconds=1)
    if not 0 <= timestamp <= _LATEST_MS:
        raise CalendarError("its timestamp would leave the years 1970 to 9999", record)
    return record._replace(timestamp=timestamp, headers=headers)


def _moved(raw: bytes, shift: timedelta) -> bytes:
    try:
        return (datetime.fromisoformat(raw.decode()) + shift).isoformat().encode()
    except ValueError:
        return raw


class Pace:
    """Waits until a step's turn comes, counted from the first one that it is asked for."""

    def __init__(self, speed: Fraction | None) -> None:
        self._speed = speed
        self._first: tuple[float, int] | None = None

    async def wait(self, due: int) -> None:
        if self._speed is None:
            return
        clock = asyncio.get_running_loop().time
        started, first = self._first = self._first or (clock(), due)
        seconds = float(Fraction(due - first, 1000) / self._speed)
        if (left := started + seconds - clock()) > 0:
            await asyncio.sleep(left)


@dataclass(slots=True)
class Span:
    """How many records there are, their times, and when the first and the last is due, in ms."""

    records: int
    first: int
    last: int
    due: tuple[int, int]

    @classmethod
    def of(cls, step: Step) -> Self:
        return cls(1, step.record.timestamp, step.record.timestamp, (step.due, step.due))

    @classmethod
    def over(cls, spans: Collection["Span"]) -> Self:
        """All of them together; there is at least one."""
        return cls(
            records=sum(span.records for span in spans),
            first=min(span.first for span in spans),
            last=max(span.last for span in spans),
            due=(min(span.due[0] for span in spans), max(span.due[1] for span in spans)),
        )
