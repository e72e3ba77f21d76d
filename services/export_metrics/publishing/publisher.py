"""The publisher of one partition number: a transactional producer, and what it may send when.

A cursor means that every output due to inputs before it is committed. So each transaction sends
all that is unpublished, the cursor last. A producer is started before the cursor is read, which
fences a former owner; whatever fails, its outcome is unknown, and all of this begins anew.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, Protocol

import structlog

from chassis.metrics import METRICS
from contracts.export_metrics import Cursor
from services.export_metrics.failpoints import failpoint
from services.export_metrics.ledger.rows import TriggerRow
from services.export_metrics.ledger.store import Ledger, Unpublished
from services.export_metrics.publishing.outputs import Outputs
from services.export_metrics.settings import SERVICE, ExportMetricsSettings

RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
log = structlog.get_logger()


class Producer(Protocol):
    """The part of a transactional Kafka producer that is used."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def begin_transaction(self) -> None: ...
    async def commit_transaction(self) -> None: ...
    async def send(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        partition: int | None = None,
        timestamp_ms: int | None = None,
        headers: Sequence[tuple[str, bytes]] | None = None,
    ) -> Awaitable[object]: ...


class Publisher:
    """Publishes what one ledger holds, from `run` until it is cancelled."""

    def __init__(
        self,
        ledger: Ledger,
        settings: ExportMetricsSettings,
        new_producer: Callable[[], Producer],
        read_cursor: Callable[[], Awaitable[Cursor | None]],
    ) -> None:
        self._ledger = ledger
        self._settings = settings
        self._new_producer = new_producer
        self._read_cursor = read_cursor
        self._outputs = Outputs(ledger.generation, ledger.partition)
        self._changed = asyncio.Event()
        self._stopping = False
        self._out_before: dict[str, int] = {}
        """Of each input topic the offset before which all outputs are out, by the last cursor."""
        self._decided_before: date | None = None
        """The last day whose decisions are out, by the last cursor."""
        self.cursor_known = asyncio.Event()
        self.problem: str | None = "not started"

    def wake(self) -> None:
        """The ledger has changed."""
        self._changed.set()

    async def run(self) -> None:
        """Publish until `stop`. A failure begins anew with another producer."""
        attempt = 0
        while not self._stopping:
            producer = self._new_producer()
            try:
                await producer.start()
                failpoint("after-producer-start")
                cursor = await self._read_cursor()
                failpoint("after-cursor-read")
                self._out_before = dict(cursor.offsets) if cursor else {}
                self._decided_before = cursor.barrier_day if cursor else None
                self.cursor_known.set()
                self.problem = None
                attempt = 0
                await self._publish_changes(producer)
            except Exception as error:  # noqa: BLE001 - whatever failed, begin anew
                self.problem = f"cannot publish: {error!r}"
                pause = RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)]
                attempt += 1
                log.warning(
                    "publishing begins anew",
                    partition=self._ledger.partition,
                    error=repr(error),
                    seconds=pause,
                )
                await asyncio.sleep(pause)
            finally:
                self.problem = self.problem or "not publishing"
                with suppress(Exception):  # it is thrown away
                    await producer.stop()

    def stop(self) -> None:
        """Let `run` publish what there is, and end."""
        self._stopping = True
        self._changed.set()

    async def _publish_changes(self, producer: Producer) -> None:
        self._changed.set()  # a former owner may have left something
        while True:
            await self._changed.wait()
            self._changed.clear()
            outputs = await self._publish(producer)
            if self._stopping:
                return
            busy = outputs >= self._settings.busy_outputs
            pause = self._settings.publish_pause_busy if busy else self._settings.publish_pause
            await asyncio.sleep(pause)

    async def _publish(self, producer: Producer) -> int:
        """Send all that is unpublished; returns how many contributions and triggers that was."""
        reached = self._has_reached_cursor()
        self.problem = None if reached else "folding up to what was published before"
        if not reached:
            return 0
        unpublished, due = self._due()
        if not (unpublished.contributions or due) and unpublished.closings_changed:
            await self._others_may_close()
            unpublished, due = self._due()
        if not (unpublished.contributions or due or unpublished.closings_changed):
            return 0
        with METRICS.publication_seconds.labels(SERVICE).time():
            await self._send(producer, unpublished, due)
        self._out_before = {t: input_.next_offset for t, input_ in unpublished.inputs.items()}
        self._decided_before = unpublished.barrier_day
        self._ledger.mark_published(unpublished)
        failpoint("after-mark-published")
        return len(unpublished.contributions) + len(due)

    def _due(self) -> tuple[Unpublished, list[TriggerRow]]:
        unpublished = self._ledger.unpublished()
        return unpublished, [each for each in unpublished.triggers if self._is_due(each)]

    async def _others_may_close(self) -> None:
        """Sources close a day one after the other: what is said of it should be one transaction."""
        if not self._stopping:
            await asyncio.sleep(self._settings.closing_pause)

    async def _send(
        self, producer: Producer, unpublished: Unpublished, due: list[TriggerRow]
    ) -> None:
        await producer.begin_transaction()
        failpoint("after-begin-transaction")
        sent: list[Awaitable[Any]] = [
            await producer.send(
                output.topic,
                value=output.record.value,
                key=output.record.key,
                partition=self._ledger.partition,
                headers=output.record.headers,
            )
            for output in self._outputs.encode(unpublished, due)
        ]
        await asyncio.gather(*sent)
        failpoint("before-commit-transaction")
        await producer.commit_transaction()
        failpoint("after-commit-transaction")

    def _has_reached_cursor(self) -> bool:
        """A ledger behind the cursor was lost or set back: what it would say is out already."""
        folded = self._ledger.inputs
        return all(
            topic in folded and folded[topic].next_offset >= offset
            for topic, offset in self._out_before.items()
        )

    def is_out(self, topic: str, offset: int) -> bool:
        """Whether all that an input caused is known to be with the broker."""
        return offset < self._out_before.get(topic, 0)

    def _is_due(self, trigger: TriggerRow) -> bool:
        if trigger.barrier_day is not None:
            decided = self._decided_before
            return decided is None or date.fromisoformat(trigger.barrier_day) > decided
        return not self.is_out(trigger.topic or "", trigger.offset or 0)
