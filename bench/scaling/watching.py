"""The fold's cursors as a read-committed subscriber sees them, and when it saw each."""

import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import NamedTuple, Self

from confluent_kafka import OFFSET_BEGINNING, KafkaException, TopicPartition

from bench.scaling import broker, subject

POLL_SECONDS = 0.1


class Seen(NamedTuple):
    """A cursor: what inputs before `before` caused in `partition` was visible at `at` (Unix)."""

    partition: int
    before: int
    at: float


class Cursors(threading.Thread):
    """Reads the topic of cursors from its beginning, inside a `with` block."""

    def __init__(self, bootstrap: str) -> None:
        super().__init__(name="cursors", daemon=True)
        self._consumer = broker.consumer(bootstrap)
        self._before: dict[int, int] = {}
        self._ended = threading.Event()
        self._error: Exception | None = None
        self.seen: list[Seen] = []

    def __enter__(self) -> Self:
        self._consumer.assign(
            [
                TopicPartition(subject.CURSORS, number, OFFSET_BEGINNING)
                for number in range(subject.PARTITIONS)
            ]
        )
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self.join()
        self._consumer.close()

    def run(self) -> None:
        try:
            while not self._ended.is_set():
                self._look()
        except Exception as error:  # noqa: BLE001 - raised by whoever asks how far the fold is
            self._error = error

    def published(self) -> int:
        """How many offsets lie before the cursors, in all partitions."""
        self._raise()
        return sum(self._before.copy().values())

    def have_reached(self, ends: Mapping[int, int]) -> bool:
        """Whether every partition's cursor is at its end."""
        self._raise()
        return all(self._before.get(number, 0) >= end for number, end in ends.items())

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _look(self) -> None:
        message = self._consumer.poll(POLL_SECONDS)
        if message is None:
            return
        if error := message.error():
            raise KafkaException(error)
        now = time.time()
        partition, value = message.partition(), message.value()
        if partition is None or value is None:
            raise ValueError("a cursor without partition or value")
        before = subject.folded_before(value)
        self._before[partition] = max(before, self._before.get(partition, 0))
        self.seen.append(Seen(partition, before, now))
