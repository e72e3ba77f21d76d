"""Day markers: the service says in every partition that a day is over, once it is.

The intent is written down first, so that after a crash the same marker is written again and not
another one. Readers ignore a marker that is not new.
"""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from chassis.clock import Clock, day_before, local_day, start_of
from chassis.metrics import METRICS
from chassis.outbox import event_id
from chassis.relay import Producer
from chassis.store import JsonObject, Registers
from contracts.codec import to_kafka
from contracts.envelope import Envelope, source_of
from contracts.event import DayClosed
from contracts.topic import Topic

GRACE = timedelta(seconds=60)
"""How long after midnight commands of the day before may still be on their way to the outbox."""


class DayKeeper:
    """Opens and closes the days of one topic. To be used by the leader only."""

    def __init__(
        self,
        topic: Topic,
        registers: Registers,
        producer: Producer,
        clock: Clock,
        drain: Callable[[], Awaitable[None]],
    ) -> None:
        self._topic = topic
        self._registers = registers
        self._producer = producer
        self._clock = clock
        self._drain = drain
        self._name = f"days:{topic.name}"

    async def open(self) -> None:
        """Write the opening marker of a new topic, or finish a closing that was interrupted."""
        days = await self._registers.get(self._name)
        if days is None:
            through = day_before(local_day(self._clock.now()))
            days = {"through": None, "closing": through.isoformat()}
            if not await self._registers.put(self._name, None, days):
                return
        if days["closing"] is not None:
            await self._finish(days)
        else:
            self._show_closed(date.fromisoformat(days["through"]))

    async def close_what_is_over(self, grace: timedelta = GRACE) -> date | None:
        """Close all days that ended at least `grace` ago. Returns the last closed day, if new."""
        return await self.close_through(day_before(local_day(self._clock.now() - grace)))

    async def close_through(self, day: date) -> date | None:
        """Publish all that is recorded, then say that the days up to `day` are over."""
        days = await self._registers.get(self._name)
        if days is not None and days["closing"] is not None:
            # Some partitions may have that marker: all of them need it before the next one.
            await self._finish(days)
            days = await self._registers.get(self._name)
        if days is None or date.fromisoformat(days["through"]) >= day:
            return None
        await self._drain()
        closing = {"through": days["through"], "closing": day.isoformat()}
        if not await self._registers.put(self._name, days, closing):
            return None
        await self._finish(closing)
        return day

    async def _finish(self, days: JsonObject) -> None:
        marker = DayClosed(
            topic=self._topic.name,
            previous=date.fromisoformat(days["through"]) if days["through"] else None,
            through=date.fromisoformat(days["closing"]),
        )
        sent = [await self._send(marker, partition) for partition in range(self._topic.partitions)]
        for acknowledgement in sent:
            await acknowledgement
        await self._registers.put(self._name, days, {"through": days["closing"], "closing": None})
        self._show_closed(marker.through)

    def _show_closed(self, through: date) -> None:
        METRICS.day_closed.labels(self._topic.owner, self._topic.name).set(
            start_of(through + timedelta(days=1)).timestamp()
        )

    async def _send(self, marker: DayClosed, partition: int) -> Awaitable[object]:
        now = self._clock.now()
        source = source_of(self._topic.owner)
        subject = f"{self._topic.name}/{partition}"
        data = marker.encode()
        envelope = Envelope(
            id=event_id(source, subject, 0, marker.event_type(), data),
            source=source,
            type=marker.event_type(),
            time=now,
            subject=subject,
            dataschema=marker.dataschema(),
            data=data,
        )
        record = to_kafka(envelope)
        return await self._producer.send(
            self._topic.name,
            value=record.value,
            key=None,
            partition=partition,
            timestamp_ms=int(now.timestamp() * 1000),
            headers=record.headers,
        )
