"""What the owners of the input topics write, round after round, with the oracle beside it.

A round is a knowledge day: exports with amendments, losses, copies and poison, and invoices, of
which half are paid; and late words on shipments of the days before, of which nothing is right when
what was known of them is lost; what waits for the next round, and what ends the waiting of the one
before. Its end closes the day in all topics.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from aiokafka import AIOKafkaProducer

from chassis import kafka
from contracts.codec import KafkaRecord, to_kafka
from contracts.event import Event
from contracts.exports import DeclarationNumber, ShipmentExported
from contracts.partitioner import partition_of
from contracts.topic import Topic
from contracts.topics import EXPORTS_SHIPMENTS, INSURANCE_RULES, ORDERS_ORDERS
from tests.faults.adapter import events as made
from tests.faults.adapter import sources
from tests.faults.oracle import WAITING_DAYS, Oracle
from tests.faults.waiting import Lines, Told, counts, poison, stories

INPUTS = (EXPORTS_SHIPMENTS, INSURANCE_RULES, ORDERS_ORDERS)
NUMBERS = range(EXPORTS_SHIPMENTS.partitions)
POISONED = 3
SPOILT = b"{}"
ORDERS_PER_SHIPMENTS = 20
LATE = 50
"""Of so many shipments of the days before there is one of which something more is said."""
MOST_LATE = 400
OFFICES = ("300", "301", "309")
PARTNERS = ("FR", "US", "DE", "ES", "JP")
EXPORTERS = [made.stamp(by=f"producer-{number}") for number in range(7)]


@dataclass
class World:
    """`ends` counts what was written, by topic and partition; `events` is all that should count.

    `poisoned` counts what should be put aside, `held` what is held now or waits behind that;
    `amended` counts the late amendments of a shipment.
    """

    kafka: str
    stack: Path
    oracle: Oracle = field(default_factory=Oracle)
    day: int = 0
    shipments: int = 0
    events: int = 0
    poisoned: int = 0
    held: int = 0
    ends: Counter[tuple[str, int]] = field(default_factory=Counter)
    amended: Counter[int] = field(default_factory=Counter)
    _untold: list[Lines] = field(default_factory=list)
    """How those stories go on that have only begun."""
    _sent: list[Awaitable[object]] = field(default_factory=list)

    async def open(self) -> None:
        async with self._writing() as producer:
            await self._close_day(producer)
            subject, event = sources.RULE_ID, sources.terms(WAITING_DAYS)
            for number in NUMBERS:
                await self._send(producer, INSURANCE_RULES, number, subject, 1, event)

    @property
    def closed(self) -> date:
        """The last day, closed in all topics."""
        return sources.day(self.day - 1)

    def records(self) -> int:
        """All that stands in the input topics."""
        return self.ends.total()

    async def round(self, shipments: int) -> None:
        """Write a day, and wait until the broker has it."""
        begun = stories(self.day)
        async with self._writing() as producer:
            for beginning, _ in begun:
                await self._tell(producer, beginning)
            for number in range(self.shipments, self.shipments + shipments):
                await self._shipment(producer, number)
                if number % ORDERS_PER_SHIPMENTS == 0:
                    await self._order(producer, number)
            for number in self._spoken_of_again():
                await self._late(producer, number)
            self.shipments += shipments
            await self._tell(producer, [poison(f"{self.day}-{n}") for n in range(POISONED)])
            for end in self._untold:
                await self._tell(producer, end)
            self._untold = [end for _, end in begun]
            await self._close_day(producer)

    def _spoken_of_again(self) -> range:
        """Others each day, from all days before; no more of them when it has many."""
        every = max(LATE, self.shipments // MOST_LATE)
        return range(self.day % every, self.shipments, every)

    async def abort(self) -> None:
        """Write an export in a transaction that is aborted: it is none."""
        topic, shipment = EXPORTS_SHIPMENTS, made.uuid_of(f"aborted-{self.day}")
        number = partition_of(shipment, topic.partitions)
        record = to_kafka(made.envelope(made.exported(), shipment, 1, topic))
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka, transactional_id="aborting")
        async with producer:
            await producer.begin_transaction()
            await producer.send_and_wait(
                topic.name, record.value, record.key, number, headers=record.headers
            )
            await producer.abort_transaction()
        self.ends[topic.name, number] += 2  # with the marker that aborts it

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AIOKafkaProducer]:
        """Raises what the broker says of a record that it does not take."""
        async with kafka.producer(self.kafka) as producer:
            yield producer
            await asyncio.gather(*self._sent)
            self._sent.clear()

    async def _shipment(self, producer: AIOKafkaProducer, number: int) -> None:
        shipment = made.uuid_of(f"shipment-{number}")
        for ordinal, event in enumerate(_life(number), start=1):
            await self._say(producer, EXPORTS_SHIPMENTS, shipment, ordinal, event)
            if number % 7 == 0:  # a copy, as a relay writes that died before it noted the first
                await self._send(producer, EXPORTS_SHIPMENTS, None, shipment, ordinal, event)

    async def _late(self, producer: AIOKafkaProducer, number: int) -> None:
        """Of a shipment of another day a copy of its first event, and an amendment."""
        shipment, life = made.uuid_of(f"shipment-{number}"), list(_life(number))
        await self._send(producer, EXPORTS_SHIPMENTS, None, shipment, 1, life[0])
        self.amended[number] += 1
        amended = made.amended(made.goods(11 + number, grams=self.amended[number]))
        ordinal = len(life) + self.amended[number]
        await self._say(producer, EXPORTS_SHIPMENTS, shipment, ordinal, amended)

    async def _order(self, producer: AIOKafkaProducer, number: int) -> None:
        order = made.uuid_of(f"order-{number}")
        buyer = number // ORDERS_PER_SHIPMENTS % len(PARTNERS)
        placed = sources.placed(f"buyer-{buyer}", PARTNERS[buyer])
        await self._say(producer, ORDERS_ORDERS, order, 1, placed)
        await self._say(producer, ORDERS_ORDERS, order, 2, sources.invoice(self.day))
        if number % (2 * ORDERS_PER_SHIPMENTS) == 0:
            await self._say(producer, ORDERS_ORDERS, order, 3, sources.paid(self.day))

    async def _close_day(self, producer: AIOKafkaProducer) -> None:
        """Opens the topics the first time."""
        previous = sources.day(self.day - 1) if self.day else None
        for topic in INPUTS:
            marker = made.closed(sources.day(self.day), previous, topic.name)
            for number in NUMBERS:
                subject = f"{topic.name}/{number}"
                await self._send(producer, topic, number, subject, None, marker)
        self.oracle.close(sources.day(self.day))
        self.day += 1

    async def _say(
        self, producer: AIOKafkaProducer, topic: Topic, subject: str, ordinal: int, event: Event
    ) -> None:
        await self._tell(producer, [counts(Told(topic, subject, subject, ordinal, event))])

    async def _tell(self, producer: AIOKafkaProducer, lines: Lines) -> None:
        """Write records, and tell the oracle what becomes known by each."""
        for line in lines:
            topic, key, subject, ordinal, event = line.told
            value = SPOILT if line.spoilt else None
            number = await self._send(
                producer, topic, None, subject, ordinal, event, key=key, value=value
            )
            for told in line.known:
                self.oracle.take(number, sources.day(self.day), told.subject, told.event)
            self.oracle.wait(key, line.waits)
            self.events += len(line.known)
            self.poisoned += line.aside
            self.held += line.held

    async def _send(
        self,
        producer: AIOKafkaProducer,
        topic: Topic,
        partition: int | None,
        subject: str,
        ordinal: int | None,
        event: Event,
        *,
        key: str = "",
        value: bytes | None = None,
    ) -> int:
        """Without a partition to that of its `key`, which is its subject where none is given."""
        number = partition
        if number is None:
            key = key or subject
            number = partition_of(key, topic.partitions)
        record: KafkaRecord = to_kafka(made.envelope(event, subject, ordinal, topic, key or None))
        sent = await producer.send(
            topic.name,
            value=value or record.value,
            key=record.key,
            partition=number,
            headers=record.headers,
        )
        self._sent.append(sent)
        self.ends[topic.name, number] += 1
        return number


def _life(number: int) -> Iterator[Event]:
    yield ShipmentExported(
        declaration=DeclarationNumber(office=OFFICES[number % 3], number=str(number), item=1),
        exporter=EXPORTERS[number % len(EXPORTERS)],
        goods=made.goods(100 + number, partner=PARTNERS[number % 5]),
    )
    if number % 4 == 0:
        yield made.amended(
            made.goods(7 + number, partner=PARTNERS[number // 5 % 5], grams=1 + number % 9)
        )
    if number % 10 == 0:
        yield made.lost()
        if number % 30 == 0:
            yield made.delivered()
