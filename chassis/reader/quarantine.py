"""Where broken records go: unchanged, with the reason beside them."""

from collections.abc import Sequence
from typing import Protocol

from chassis.metrics import METRICS
from chassis.reader.outcome import Broken
from contracts.topics import quarantine_of

ERROR_PREFIX = "__zarbia.error."
_LONGEST_MESSAGE = 1000


class Record(Protocol):
    """A Kafka record as its client gives it; `timestamp` in milliseconds of Unix time."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


class WaitingProducer(Protocol):
    """The part of a Kafka producer that the quarantine uses."""

    async def send_and_wait(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        partition: int | None = None,
        timestamp_ms: int | None = None,
        headers: Sequence[tuple[str, bytes]] | None = None,
    ) -> object:
        """Send a record and wait until the broker acknowledged it."""


class Quarantine:
    """The quarantine of one reader."""

    def __init__(self, reader: str, producer: WaitingProducer) -> None:
        self._reader = reader
        self._producer = producer

    async def put(self, record: Record, broken: Broken) -> None:
        """Returns once the broker has the copy: only then may the reader go on."""
        reason = broken.problems[0].code
        notes = {
            "topic": record.topic,
            "partition": str(record.partition),
            "offset": str(record.offset),
            "stage": broken.stage,
            "reason": ",".join(problem.code for problem in broken.problems),
            "message": "; ".join(map(str, broken.problems))[:_LONGEST_MESSAGE],
        }
        await self._producer.send_and_wait(
            quarantine_of(self._reader),
            value=record.value,
            key=record.key,
            partition=0,
            headers=[
                *record.headers,
                *((ERROR_PREFIX + name, note.encode()) for name, note in notes.items()),
            ],
        )
        METRICS.quarantined.labels(self._reader, record.topic, reason).inc()
