"""The notifications service as a process, with a real broker, store and SMTP conversation."""

import json
import signal
from collections import Counter
from collections.abc import AsyncIterator
from email import message_from_bytes
from pathlib import Path

import httpx
import pytest

from chassis.kafka import ensure_topics
from chassis.store.mongo import connect
from console.stack.ports import free_base
from contracts.topics import EXPORTS_SHIPMENTS, NOTIFICATIONS, ORDERS_ORDERS, RISK_TRIGGERS
from services.notifications.domain import notification_id
from services.notifications.tests.events import LOST, PAID
from services.notifications.tests.smtp_server import Post, smtp_server
from tests.integration.notifying import Bus, Service, id_of, until

pytestmark = pytest.mark.integration
DATABASE = "zarbia_notifications"


@pytest.fixture
async def bus(kafka_url: str) -> Bus:
    await ensure_topics(kafka_url, (ORDERS_ORDERS, EXPORTS_SHIPMENTS, RISK_TRIGGERS), 1)
    return Bus(kafka_url)


@pytest.fixture
async def post() -> Post:
    return Post()


@pytest.fixture
async def service(bus: Bus, mongo_url: str, post: Post, tmp_path: Path) -> AsyncIterator[Service]:
    """The service, ready, with a mail server that the test scripts."""
    port = free_base((0, 1, 2))
    environment = {
        "PYTHONTZPATH": "",
        "ZARBIA_KAFKA": bus.kafka,
        "ZARBIA_MONGO": mongo_url,
        "ZARBIA_HTTP_PORT": str(port),
        "ZARBIA_SMTP_HOST": "127.0.0.1",
        "ZARBIA_SMTP_PORT": str(port + 1),
        "ZARBIA_SMTP_STARTTLS": "false",
        "ZARBIA_SMTP_SECONDS": "5",
        "ZARBIA_SMTP_ATTEMPTS": "6",
        "ZARBIA_SMTP_FIRST_REST_SECONDS": "0.2",
    }
    service = Service(environment, tmp_path / "service.log", f"http://127.0.0.1:{port}")
    async with smtp_server(post, port + 1):
        await service.start()
        yield service
        await service.end(signal.SIGTERM)


def distinct(post: Post) -> set[str]:
    """The ids of the notifications whose mails arrived."""
    return {message_from_bytes(content)["Message-ID"][1:37] for content in post.taken}


async def test_each_is_told_once_though_the_service_is_killed_twice(
    service: Service, bus: Bus, post: Post
) -> None:
    languages = {"ar": 2, "fr": 2, "en": 1}
    contacts = [
        await service.contact(f"killed-{language}-{n}", "order-paid", language=language)
        for language, number in languages.items()
        for n in range(number)
    ]
    post.says = 12
    events = await bus.say(ORDERS_ORDERS, *((PAID, id_of(f"killed-{n}")) for n in range(10)))
    expected = {notification_id(e, c) for e in events for c in contacts}

    for more in (12, None):
        # Killed amid conversations: the server has the mail, and nobody hears it say so.
        await until(lambda: len(post.taken) > (post.says or 0))
        await service.end(signal.SIGKILL)
        assert distinct(post) < expected, "there is something left to send"
        post.says = len(post.taken) + more if more else None
        await service.start()
    await until(lambda: distinct(post) >= expected)

    async def all_said() -> bool:
        """Of each both; a copy of one of them is not the other."""
        said = await bus.outcomes(expected)
        return len(said) == len(expected) and all(
            len({name for name, _ in events}) == 2 for events in said.values()
        )

    await until(all_said)
    said = await bus.outcomes(expected)
    assert distinct(post) == expected
    assert set(said) == expected
    # Kafka may have a record twice after a kill, with the same content: readers drop it by its id.
    for events_of_one in said.values():
        names = Counter(name for name, _ in {(n, json.dumps(d)) for n, d in events_of_one})
        assert names == {"NotificationRequested": 1, "NotificationSent": 1}
    for contact in contacts:
        await service.call("DELETE", f"/contacts/{contact}")


async def test_killed_in_the_conversation_it_is_sent_again_under_the_same_id(
    service: Service, bus: Bus, post: Post
) -> None:
    post.says = 0
    contact = await service.contact("between", "order-paid", id_of("between"))
    (event,) = await bus.say(ORDERS_ORDERS, (PAID, id_of("between")))
    await until(lambda: len(post.taken) == 1)
    await service.end(signal.SIGKILL)

    post.says = None  # the server has the mail, and nobody heard it say so
    await service.start()
    id_ = notification_id(event, contact)

    async def sent() -> bool:
        view = await service.call("GET", f"/notifications/{id_}")
        return bool(view["status"] == "sent")

    await until(sent)
    assert distinct(post) == {id_}
    assert len(post.taken) == 2
    assert (await service.call("GET", f"/notifications/{id_}"))["attempts"] == 2


async def test_refusals_are_recorded_and_no_address_leaves_the_contacts(
    service: Service, bus: Bus, post: Post, mongo_url: str
) -> None:
    post.to_rcpt = ["451 4.7.1 later", "550 5.1.1 <refused-one@example.org> is unknown"]
    scope = id_of("refused")
    contact = await service.contact("refused-one", "shipment-lost", scope, "fr")
    first, second = await bus.say(EXPORTS_SHIPMENTS, (LOST, scope), (LOST, scope))
    assert first == second, "the same content is the same event"
    id_ = notification_id(first, contact)

    async def failed() -> bool:
        return "NotificationFailed" in [n for n, _ in (await bus.outcomes({id_})).get(id_, [])]

    await until(failed)
    ((_, _), (_, outcome)) = (await bus.outcomes({id_}))[id_]
    assert (outcome["reason"], outcome["attempts"]) == ("mailbox-unknown", 2)
    assert (await service.call("GET", f"/contacts/{contact}"))["status"] == "bounced"
    assert id_ not in distinct(post)

    address = b"refused-one@"
    assert address not in service.log.read_bytes()
    async with httpx.AsyncClient() as client:
        assert address not in (await client.get(f"{service.url}/metrics")).content
    for record in await bus.read(NOTIFICATIONS):
        assert address not in (record.value or b"") + repr(record.headers).encode()
    database = (client_of_store := connect(mongo_url))[DATABASE]
    holding = [
        name
        for name in await database.list_collection_names()
        if any([address.decode() in repr(raw) async for raw in database[name].find({})])
    ]
    await client_of_store.close()
    assert holding == ["contacts"]


async def test_a_server_that_was_down_gets_the_mail_when_it_is_back(
    service: Service, bus: Bus
) -> None:
    contact = await service.contact("down", "order-paid", id_of("down"))
    await service.end(signal.SIGTERM)
    back = int(service.environment["ZARBIA_SMTP_PORT"]) + 1
    service.environment |= {"ZARBIA_SMTP_PORT": str(back), "ZARBIA_SMTP_ATTEMPTS": "30"}
    await service.start()
    (event,) = await bus.say(ORDERS_ORDERS, (PAID, id_of("down")))
    id_ = notification_id(event, contact)

    async def tried() -> bool:
        try:
            view = await service.call("GET", f"/notifications/{id_}")
        except AssertionError:
            return False
        return view["attempts"] is not None

    await until(tried)
    post = Post()
    async with smtp_server(post, back):
        await until(lambda: distinct(post) == {id_})
