"""Records in quarantine, made as a reader makes them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.reader.outcome import Broken
from chassis.reader.quarantine import Quarantine
from chassis.tests.brokers import Written
from console.quarantine.reading import READERS
from console.quarantine.record import Quarantined
from contracts.problem import Problem

SUBJECT = "0aabc1c5-8271-5608-a501-7cd4082d03c2"
EVENT_ID = "994143a4-00fb-57f7-aa30-a0b2d145c2d8"
KEY = b"f4ca2d66-301d-5063-a8c2-9c56d9182fae"
HEADERS = {
    "ce_source": b"urn:zarbia:exports",
    "ce_subject": SUBJECT.encode(),
    "ce_sequence": b"0000000004",
    "ce_id": EVENT_ID.encode(),
    "ce_type": b"ma.zarbia.exports.ShipmentDelivered.v1",
}
PROBLEMS = (
    Problem("field_missing", "delivered_on", "Field required"),
    Problem("field_string_pattern_mismatch", "carrier", "must be a slug"),
)


@dataclass(frozen=True)
class FakeRecord:
    """A Kafka record. Recorded at noon UTC on 30 June 2025."""

    headers: Sequence[tuple[str, bytes]]
    value: bytes | None = b'{"delivered_on": 3}'
    key: bytes | None = KEY
    topic: str = "exports.shipments.v1"
    partition: int = 7
    offset: int = 1234
    timestamp: int = 1_751_284_800_000


class Copies:
    """Takes what a quarantine writes."""

    def __init__(self) -> None:
        self.log: list[Written] = []

    async def send_and_wait(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        partition: int | None = None,
        timestamp_ms: int | None = None,
        headers: Sequence[tuple[str, bytes]] | None = None,
    ) -> object:
        self.log.append(Written(topic, partition, key, value, timestamp_ms, tuple(headers or ())))
        return None


def quarantined(
    record: FakeRecord | None = None,
    *,
    reader: str = "export-metrics",
    offset: int = 3,
    problems: Sequence[Problem] = PROBLEMS,
) -> Quarantined:
    """A record that `reader` has set aside: this one, or one whose data alone are broken."""
    found = record or FakeRecord(list(HEADERS.items()))
    copies = Copies()
    asyncio.run(Quarantine(reader, copies).put(found, Broken("data", list(problems))))
    (copy,) = copies.log
    set_aside = FakeRecord(copy.headers, copy.value, copy.key, copy.topic, 0, offset)
    return Quarantined(reader, READERS[reader], set_aside)
