"""The owner's releases: checked field by field, published where the event stands, repeatable."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from chassis.clock import DrivenClock
from chassis.reader.outcome import Readable, read
from chassis.releases import Releases, releases_router
from chassis.tests.brokers import FakeProducer, Fate, Written
from chassis.tests.counters import BROADCAST, NOW, TOPIC, Counted, Forgotten
from chassis.tests.http_api import UNREADABLE, application, changed, client_of, problems
from contracts.event import Event, Redriven, Skipped
from contracts.partitioner import partition_of
from contracts.topic import Topic

AGGREGATE = "0aabc1c5-8271-5608-a501-7cd4082d03c2"
SKIP: dict[str, Any] = {
    "aggregate": AGGREGATE,
    "ordinal": 4,
    "event_id": "994143a4-00fb-57f7-aa30-a0b2d145c2d8",
    "key": "order-1",
    "reason": "day-was-malformed",
}
REDRIVE: dict[str, Any] = SKIP | {"type": Counted.event_type(), "body": {"by": 7}}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def producer() -> FakeProducer:
    return FakeProducer()


def client_for(producer: FakeProducer, topic: Topic = TOPIC) -> httpx.AsyncClient:
    releases = Releases(topic, producer, DrivenClock(NOW))
    return client_of(application(releases_router(releases)))


@pytest.fixture
async def client(producer: FakeProducer) -> AsyncIterator[httpx.AsyncClient]:
    async with client_for(producer) as client:
        yield client


def said(record: Written) -> Event:
    """What a reader that wants releases reads in a record."""
    outcome = read(
        record.key, record.value, record.headers, topic=TOPIC, wanted=[Redriven, Skipped]
    )
    assert isinstance(outcome, Readable)
    assert outcome.envelope.sequence is None
    assert outcome.envelope.subject == AGGREGATE
    return outcome.event


async def test_a_redriven_event_goes_to_the_partition_of_its_key(
    client: httpx.AsyncClient, producer: FakeProducer
) -> None:
    response = await client.post("/internal/quarantine/redrive", json=REDRIVE)

    assert response.status_code == 200
    (record,) = producer.log
    assert (record.topic, record.key) == (TOPIC.name, b"order-1")
    assert record.partition == partition_of("order-1", TOPIC.partitions)
    assert record.timestamp_ms == int(NOW.timestamp() * 1000)
    assert said(record) == Redriven(
        aggregate=AGGREGATE,
        ordinal=4,
        event_id=SKIP["event_id"],
        decided_on=NOW.date(),
        reason="day-was-malformed",
        type=Counted.event_type(),
        body='{"by":7}',
    )
    assert response.json() == {
        "id": record.header("ce_id"),
        "type": "ma.zarbia.quarantine.Redriven.v1",
        "topic": TOPIC.name,
        "partitions": [record.partition],
    }


async def test_a_skip_says_which_event(client: httpx.AsyncClient, producer: FakeProducer) -> None:
    await client.post("/internal/quarantine/skip", json=SKIP)

    (record,) = producer.log
    stated = {name: SKIP[name] for name in ("aggregate", "ordinal", "event_id", "reason")}
    assert said(record) == Skipped(decided_on=NOW.date(), **stated)


@pytest.mark.parametrize(("path", "body"), [("redrive", REDRIVE), ("skip", SKIP)])
async def test_said_again_it_is_a_duplicate(
    client: httpx.AsyncClient, producer: FakeProducer, path: str, body: dict[str, Any]
) -> None:
    for _ in range(2):
        await client.post(f"/internal/quarantine/{path}", json=body)
    await client.post(f"/internal/quarantine/{path}", json=body | {"reason": "another"})

    first, again, other = producer.log
    assert first == again
    assert first.header("ce_id") != other.header("ce_id")


async def test_the_stated_partition_is_where_the_record_stands(
    client: httpx.AsyncClient, producer: FakeProducer
) -> None:
    elsewhere = (partition_of("order-1", TOPIC.partitions) + 1) % TOPIC.partitions

    await client.post("/internal/quarantine/skip", json=SKIP | {"partition": elsewhere})
    await client.post("/internal/quarantine/skip", json=SKIP | {"partition": 0, "key": None})

    assert [record.partition for record in producer.log] == [elsewhere, 0]
    assert producer.log[1].key is None
    assert isinstance(said(producer.log[1]), Skipped)


async def test_on_a_broadcast_topic_every_partition_is_released(producer: FakeProducer) -> None:
    async with client_for(producer, BROADCAST) as client:
        response = await client.post("/internal/quarantine/skip", json=SKIP | {"partition": 1})

    assert response.json()["partitions"] == [0, 1, 2]
    assert [record.partition for record in producer.log] == [0, 1, 2]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("aggregate", "order-1", "aggregate"),
        ("ordinal", 0, "ordinal"),
        ("ordinal", "4", "ordinal"),
        ("event_id", None, "event_id"),
        ("key", "", "key"),
        ("key", "\ud800", "key"),
        ("key", None, "partition"),
        ("partition", 12, "partition"),
        ("partition", -1, "partition"),
        ("reason", "Because it was wrong", "reason"),
        ("reason", None, "reason"),
        ("type", "ma.zarbia.counting.Guessed.v1", "type"),
        ("type", Redriven.event_type(), "type"),
        ("type", "\ud800", "type"),
        ("body", None, "body"),
        ("body", [], "body"),
        ("body", {}, "body.by"),
        ("body.by", "seven", "body.by"),
        ("body.by", float("nan"), "body.by"),
        ("body.bye", 7, "body.bye"),
        ("surprise", 1, "surprise"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_published(
    client: httpx.AsyncClient, producer: FakeProducer, path: str, value: object, field: str
) -> None:
    content = changed(REDRIVE, path, value)

    response = await client.post("/internal/quarantine/redrive", content=content, headers=JSON)

    assert list(problems(response, 422)) == [field]
    assert producer.log == []


async def test_all_problems_are_told_at_once(client: httpx.AsyncClient) -> None:
    wrong = REDRIVE | {"partition": 99, "body": {"by": "x", "bye": 1}}

    response = await client.post("/internal/quarantine/redrive", json=wrong)

    assert problems(response, 422).keys() == {"partition", "body.by", "body.bye"}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("path", ["redrive", "skip"])
async def test_an_unreadable_body(
    client: httpx.AsyncClient, producer: FakeProducer, path: str, name: str
) -> None:
    response = await client.post(
        f"/internal/quarantine/{path}", content=UNREADABLE[name], headers=JSON
    )

    problems(response, 400, 422)
    assert producer.log == []


@pytest.mark.parametrize("fate", [Fate.REFUSED, Fate.LOST])
async def test_what_the_broker_did_not_acknowledge_is_no_success(
    producer: FakeProducer, fate: Fate
) -> None:
    producer.fates.append(fate)
    async with client_for(producer) as client:
        response = await client.post("/internal/quarantine/skip", json=SKIP)

    assert response.status_code == 500


async def test_a_broker_that_does_not_answer_is_said_to_be_busy() -> None:
    class Silent(FakeProducer):
        async def send(self, *_args: object, **_kwargs: object) -> Any:
            return asyncio.get_running_loop().create_future()

    releases = Releases(TOPIC, Silent(), DrivenClock(NOW), seconds=0)
    async with client_of(application(releases_router(releases))) as client:
        response = await client.post("/internal/quarantine/skip", json=SKIP)

    problems(response, 503)


async def test_data_that_is_too_long_is_refused(producer: FakeProducer) -> None:
    class Noted(Event):
        owner = "counting"
        text: str

    topic = Topic("t", "counting", "k", "s", events=(Noted, Forgotten))
    body = REDRIVE | {"type": Noted.event_type(), "body": {"text": "é" * 70_000}}
    releases = Releases(topic, producer, DrivenClock(NOW))
    app = application(releases_router(releases))
    app.user_middleware.clear()  # the low limit of the test application
    async with client_of(app) as client:
        response = await client.post("/internal/quarantine/redrive", json=body)

    assert list(problems(response, 422)) == ["body"]
