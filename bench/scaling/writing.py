"""Exports written to their topic: as fast as they can be made, or at a steady rate."""

import time
from itertools import islice

from confluent_kafka import Producer
from rich.progress import Progress

from bench.scaling import subject
from bench.scaling.exports import exports
from bench.streams.events import MadeUp

AT_ONCE = 10_000
TICK_SECONDS = 0.002
LINGER_MS = 5
FULL_SECONDS = 0.01


def write(broker: str, seed: int, number: int, progress: Progress) -> None:
    """Write so many exports; none is kept in memory once the broker has it."""
    producer = _producer(broker)
    bar = progress.add_task("writing exports", total=number)
    for written, event in enumerate(exports(seed, number), start=1):
        _produce(producer, event)
        if written % AT_ONCE == 0:
            producer.poll(0)
            progress.advance(bar, AT_ONCE)
    producer.flush()
    progress.update(bar, completed=number)


def write_steadily(broker: str, seed: int, rate: int, seconds: float) -> None:
    """Write `rate` exports a second for so long, as evenly as the machine lets us.

    What is late is not left out: it is written as soon as it can be.
    """
    producer = _producer(broker, linger_ms=LINGER_MS)
    number = int(rate * seconds)
    events = exports(seed, number)
    written, started = 0, time.monotonic()
    while written < number:
        due = min(int((time.monotonic() - started) * rate), number) - written
        for event in islice(events, due):
            _produce(producer, event)
        written += due
        producer.poll(0)
        time.sleep(TICK_SECONDS)
    producer.flush()


def _producer(broker: str, **settings: int) -> Producer:
    more = {name.replace("_", "."): value for name, value in settings.items()}
    # The client's hash of this name is Java's, as is the contract's, and ten times as fast.
    return Producer(
        {"bootstrap.servers": broker, **subject.PRODUCER, "partitioner": "murmur2", **more}
    )


def _produce(producer: Producer, event: MadeUp) -> None:
    while True:
        try:
            producer.produce(subject.TOPIC, event.value, event.key, headers=[*event.headers])
        except BufferError:
            producer.poll(FULL_SECONDS)
        else:
            return
