"""A small domain of its own, so that the chassis is tested without any service."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import ClassVar

from chassis.commands import CommandHandler, Publisher
from chassis.creation import Creation
from chassis.decider import Decider
from chassis.outbox import Circumstances
from chassis.store import OutboxRecord, Repository
from contracts.event import Event
from contracts.problem import Refusal, refused
from contracts.topic import Topic
from contracts.topics import CONTROL
from contracts.values import Command, Value

NOW = datetime(2025, 6, 30, 12, 0, tzinfo=UTC)


class Counted(Event):
    """Something was counted."""

    owner: ClassVar[str] = "counting"

    by: int


class Forgotten(Event):
    """An event that a test's reader has no use for."""

    owner: ClassVar[str] = "counting"


class Count(Command):
    """`by` 0 has no effect; below 0 is refused."""

    by: int
    times: int = 1


class Counter(Value):
    total: int = 0


TOPIC = Topic(
    name="counting.counters.v1",
    owner="counting",
    key="counter id",
    summary="Counters.",
    events=(Counted, Forgotten, *CONTROL),
)
BROADCAST = replace(TOPIC, partitions=3, broadcast=True)


def decide(command: Count, _counter: Counter | None, _today: date) -> Sequence[Counted]:
    if command.by < 0:
        raise refused(Refusal.INVALID, "negative", "by", "must not be negative")
    return [Counted(by=command.by)] * command.times if command.by else []


def evolve(counter: Counter | None, event: Counted) -> Counter:
    return Counter(total=(counter.total if counter else 0) + event.by)


DECIDER = Decider(Counter, decide, evolve)
Handler = CommandHandler[Count, Counter, Counted]


class Woken:
    """A publisher that only remembers what it was told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[OutboxRecord, ...] | None]] = []

    def wake(self, id_: str, fresh: tuple[OutboxRecord, ...] | None) -> None:
        self.calls.append((id_, fresh))


def around(key: str | None = None, fingerprint: str = "same") -> Circumstances:
    return Circumstances(
        recorded_at=NOW, occurred_at=NOW, fingerprint=fingerprint, idempotency_key=key
    )


def creation(
    id_: str, by: int = 1, *, key: str | None = None, fingerprint: str = "same", natural: str = ""
) -> Creation[Count]:
    return Creation(id_, id_, Count(by=by), around(key, fingerprint), natural=natural or None)


def handler_of(
    repository: Repository, publisher: Publisher | None = None, topic: Topic = TOPIC
) -> Handler:
    return CommandHandler(DECIDER, repository, topic, publisher or Woken())
