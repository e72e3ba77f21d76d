"""A broker in memory that fails as it is told to."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Generator, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from aiokafka.errors import KafkaTimeoutError
from aiokafka.structs import RecordMetadata


class Fate(Enum):
    """What becomes of one record."""

    WRITTEN = auto()
    REFUSED = auto()
    """The producer does not take it."""
    LOST = auto()
    UNKNOWN = auto()
    """Written, but the acknowledgement did not come back."""
    CRASH_BEFORE = auto()
    CRASH_AFTER = auto()


class CrashError(BaseException):
    """The process ends here."""


class Written(NamedTuple):
    topic: str
    partition: int | None
    key: bytes | None
    value: bytes | None
    timestamp_ms: int | None
    headers: tuple[tuple[str, bytes], ...]

    def header(self, name: str) -> str:
        return dict(self.headers)[name].decode()


@dataclass(frozen=True)
class Acknowledgement:
    """Like a future, it may be left unawaited."""

    fate: Fate
    topic: str
    partition: int

    def __await__(self) -> Generator[None, None, RecordMetadata]:
        yield
        if self.fate is Fate.CRASH_AFTER:
            raise CrashError
        if self.fate is not Fate.WRITTEN:
            raise KafkaTimeoutError
        return RecordMetadata(self.topic, self.partition, None, 0, 0, 0, 0)


class FakeProducer:
    """Implements chassis.relay.Producer. Records beyond `fates` are written."""

    def __init__(self, fates: Iterable[Fate] = ()) -> None:
        self.fates = deque(fates)
        self.log: list[Written] = []

    async def send(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        partition: int | None = None,
        timestamp_ms: int | None = None,
        headers: Sequence[tuple[str, bytes]] | None = None,
    ) -> Awaitable[RecordMetadata]:
        await asyncio.sleep(0)
        fate = self.fates.popleft() if self.fates else Fate.WRITTEN
        if fate is Fate.REFUSED:
            raise KafkaTimeoutError
        if fate is Fate.CRASH_BEFORE:
            raise CrashError
        if fate is not Fate.LOST:
            record = Written(topic, partition, key, value, timestamp_ms, tuple(headers or ()))
            self.log.append(record)
        return Acknowledgement(fate, topic, partition or 0)

    def ordinals(self) -> dict[str, list[int]]:
        """The ordinals of each subject, in the order of the log, repeats included."""
        found: dict[str, list[int]] = defaultdict(list)
        for record in self.log:
            found[record.header("ce_subject")].append(int(record.header("ce_sequence")))
        return dict(found)
