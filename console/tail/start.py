"""Where to begin: `--from beginning|end|OFFSET|TIME`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from chassis.clock import CASABLANCA, start_of
from console.tail.errors import TailError

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer, TopicPartition

_OFFSET = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Beginning:
    """The oldest record there is."""


@dataclass(frozen=True, slots=True)
class End:
    """What comes from now on."""


@dataclass(frozen=True, slots=True)
class Offset:
    """An offset in each partition; a negative one counts back from the end."""

    number: int


@dataclass(frozen=True, slots=True)
class Instant:
    """The first record in each partition whose timestamp is not before this."""

    time: datetime


Start = Beginning | End | Offset | Instant


def parse_start(text: str) -> Start:
    """A time without an offset from UTC is one of Morocco. Raises TailError for another form."""
    if text == "beginning":
        return Beginning()
    if text == "end":
        return End()
    if _OFFSET.fullmatch(text):
        return Offset(int(text))
    try:
        if _DAY.fullmatch(text):
            return Instant(start_of(date.fromisoformat(text)))
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise TailError(
            f"{text} is neither beginning, end, an offset (5, or -5 from the end), a day "
            "(2025-03-14) nor a time (2025-03-14T10:00 or 2025-03-14T10:00+00:00)",
            "--from",
        ) from error
    return Instant(time if time.tzinfo else time.replace(tzinfo=CASABLANCA))


async def offsets_of(
    start: Start,
    consumer: "AIOKafkaConsumer",
    partitions: Sequence["TopicPartition"],
    ends: dict["TopicPartition", int],
) -> dict["TopicPartition", int]:
    """The offset to begin at in each partition, never outside what the partition holds."""
    match start:
        case Beginning():
            return await _beginnings(consumer, partitions)
        case End():
            return ends
        case Offset(number):
            beginnings = await _beginnings(consumer, partitions)
            return {
                p: min(max(number if number >= 0 else ends[p] + number, beginnings[p]), ends[p])
                for p in partitions
            }
        case Instant(time):
            milliseconds = max(0, int(time.timestamp() * 1000))
            found = await consumer.offsets_for_times(dict.fromkeys(partitions, milliseconds))
            return {p: ends[p] if found[p] is None else found[p].offset for p in partitions}


async def _beginnings(
    consumer: "AIOKafkaConsumer", partitions: Sequence["TopicPartition"]
) -> dict["TopicPartition", int]:
    beginnings: dict[TopicPartition, int] = await consumer.beginning_offsets(partitions)
    return beginnings
