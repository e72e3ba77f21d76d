"""The fold of the national figures on Quix Streams, exactly once, until its input is folded.

It runs in an environment of its own (`requirements-bench.txt`), whose pins differ from ours, and
imports no more of this project than the forms of data. Prints one line of JSON.

State in Quix Streams belongs to the key of a record. A cell gathers many keys, and the documented
way to it (`group_by`) writes every event to one more topic. We reach past the key instead, to the
state of the whole partition, which is faster and as safe: one transaction commits all of it.

What is published is the changelog of that state: compacted, exactly once, and written when a
checkpoint is, once for each cell that changed. With `--to-topic` each change goes to a topic of its
own at once; the API has no way to wait for the checkpoint there.
"""

import argparse
import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
from confluent_kafka import Consumer, TopicPartition
from quixstreams import (  # type: ignore[import-not-found]  # it has an environment of its own
    Application,
    message_context,
)

from bench.streams.forms import (
    AMENDED,
    AMENDED_FORM,
    CANCELLED,
    CLOSED,
    CLOSED_FORM,
    DELIVERED,
    EXPORTED,
    EXPORTED_FORM,
    Goods,
)

ID_BYTES = 16
CELLS, DAYS = b"cells", b"days"
Cell = tuple[str | None, ...]
Measures = tuple[int, int, int | None, int]


class Shipment(msgspec.Struct, gc=False, array_like=True):
    """`cell` is None before the shipment was exported and after it was cancelled."""

    event_ids: bytes = b""
    cell: Cell | None = None
    measures: Measures | None = None


SHIPMENT_FORM = msgspec.msgpack.Decoder(Shipment)
MEASURES_FORM = msgspec.msgpack.Decoder(Measures)
PACK = msgspec.msgpack.Encoder().encode
JSON = msgspec.json.Encoder().encode


class Fold:
    """Folds the records of all partitions, and notes when the first came and the last was done."""

    def __init__(self, app: Application, records: int, publishes: bool) -> None:
        self._app = app
        self._left = records
        self._publishes = publishes
        self._days: dict[int, str] = {}
        self.started = 0.0

    def __call__(
        self, value: bytes, _key: Any, _time: int, headers: Any, state: Any
    ) -> list[bytes]:
        if not self.started:
            self.started = time.perf_counter()
        partition = message_context().partition
        changed = list(self._fold(value, dict(headers), partition, state._transaction))  # noqa: SLF001 - see above
        self._left -= 1
        if not self._left:
            self._app.stop()
        return changed if self._publishes else []

    def _fold(
        self, value: bytes, headers: dict[str, bytes], partition: int, transaction: Any
    ) -> Iterator[bytes]:
        type_ = headers["ce_type"].decode()
        if type_ == CLOSED:
            self._close(CLOSED_FORM.decode(value).through, partition, transaction)
            return
        subject = headers["ce_subject"]
        event_id = bytes.fromhex(headers["ce_id"].decode().replace("-", ""))
        known = transaction.get_bytes(subject, b"")
        shipment = SHIPMENT_FORM.decode(known) if known else Shipment()
        if not is_next(shipment.event_ids, int(headers["ce_sequence"]), event_id):
            return
        cell, measures = evolved(type_, shipment, value)
        after = Shipment(shipment.event_ids + event_id, cell, measures)
        transaction.set_bytes(subject, PACK(after), b"")
        if (cell, measures) != (shipment.cell, shipment.measures):
            day = self._day(partition, transaction)
            if shipment.cell and shipment.measures:
                taken_back = reversed_(shipment.measures)
                yield add(transaction, partition, day, shipment.cell, taken_back)
            if cell and measures:
                yield add(transaction, partition, day, cell, measures)

    def _close(self, through: str, partition: int, transaction: Any) -> None:
        day = (date.fromisoformat(through) + timedelta(days=1)).isoformat()
        self._days[partition] = day
        transaction.set_bytes(b"day", day.encode(), DAYS)

    def _day(self, partition: int, transaction: Any) -> str:
        if partition not in self._days:
            self._days[partition] = transaction.get_bytes(b"day", DAYS).decode()
        return self._days[partition]


def is_next(event_ids: bytes, ordinal: int, event_id: bytes) -> bool:
    start = (ordinal - 1) * ID_BYTES
    if start == len(event_ids):
        return True
    if event_ids[start : start + ID_BYTES] != event_id:
        raise ValueError("a gap or a conflict, which the bench does not write")
    return False


def evolved(type_: str, shipment: Shipment, value: bytes) -> tuple[Cell | None, Measures | None]:
    match type_:
        case t if t == EXPORTED:
            data = EXPORTED_FORM.decode(value)
            by = data.exporter
            return booking((by.region, data.declaration.office, by.kind, by.women_led), data.goods)
        case t if t == AMENDED:
            if shipment.cell is None:
                return None, None
            return booking(tuple(shipment.cell[6:10]), AMENDED_FORM.decode(value).goods)
        case t if t == CANCELLED:
            return None, None
        case t if t == DELIVERED:
            return shipment.cell, shipment.measures
    raise ValueError(f"unknown type {type_}")


def booking(exporter: Cell, goods: Goods) -> tuple[Cell, Measures]:
    product, quantity = goods.product, goods.quantity
    cell = (
        goods.month,
        goods.partner,
        product.hs_code,
        product.hs_edition,
        product.product_group,
        product.chain,
        *exporter,
        goods.channel,
        quantity.unit if quantity else None,
    )
    thousandths = None if quantity is None else scaled(quantity.value)
    return cell, (goods.fob.mad_centimes, goods.net_mass_grams, thousandths, 1)


def scaled(decimal: str) -> int:
    whole, _, fraction = decimal.partition(".")
    return int(whole + fraction.ljust(3, "0"))


def reversed_(measures: Measures) -> Measures:
    fob, grams, quantity, shipments = measures
    return -fob, -grams, None if quantity is None else -quantity, -shipments


def add(transaction: Any, partition: int, day: str, cell: Cell, movement: Measures) -> bytes:
    """Add to the total of a cell; returns key and new total as the output topic has them."""
    key = JSON((partition, day, cell))
    total = movement
    if known := transaction.get_bytes(key, CELLS):
        fob, grams, quantity, shipments = MEASURES_FORM.decode(known)
        more = movement[2]
        total = (
            fob + movement[0],
            grams + movement[1],
            None if quantity is None or more is None else quantity + more,
            shipments + movement[3],
        )
    transaction.set_bytes(key, PACK(total), CELLS)
    return key + b"\n" + PACK(total)


def key_of(output: bytes) -> bytes:
    return output.partition(b"\n")[0]


def records_in(broker: str, topic: str) -> int:
    consumer = Consumer({"bootstrap.servers": broker, "group.id": "bench-counting"})
    partitions = consumer.list_topics(topic).topics[topic].partitions
    ends = [consumer.get_watermark_offsets(TopicPartition(topic, p))[1] for p in partitions]
    consumer.close()
    return sum(ends)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("broker", "group", "state", "input", "output"):
        parser.add_argument(name)
    parser.add_argument("--commit-interval", type=float, required=True, help="in seconds")
    parser.add_argument("--to-topic", action="store_true")
    arguments = parser.parse_args()
    app = Application(
        broker_address=arguments.broker,
        consumer_group=arguments.group,
        auto_offset_reset="earliest",
        processing_guarantee="exactly-once",
        commit_interval=arguments.commit_interval,
        commit_every=0,  # not after a number of messages
        state_dir=arguments.state,
        producer_extra_config={"compression.type": "lz4"},
        loglevel="WARNING",
    )
    records = records_in(arguments.broker, arguments.input)
    fold = Fold(app, records, publishes=arguments.to_topic)
    events = app.topic(arguments.input, key_deserializer="bytes", value_deserializer="bytes")
    outputs = app.topic(arguments.output, key_serializer="bytes", value_serializer="bytes")
    changed = app.dataframe(events).apply(fold, stateful=True, metadata=True, expand=True)
    if arguments.to_topic:
        changed.to_topic(outputs, key=key_of)
    app.run()
    print(json.dumps({"seconds": time.perf_counter() - fold.started}))


if __name__ == "__main__":
    main()
