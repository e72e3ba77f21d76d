"""Contacts, subscriptions and notifications over HTTP, and what bad input becomes."""

import json

import httpx
import pytest
from fastapi import FastAPI

from chassis.tests.http_api import JSON, LIMIT, UNREADABLE, check_described, problems
from services.notifications.commands import About
from services.notifications.examples import CONTACT_BODY, SUBSCRIBE_BODY
from services.notifications.smtp import Deferred
from services.notifications.tests.desk import Desk
from services.notifications.tests.events import CONTACT, ORDER, OTHER, PAID, read
from services.notifications.tests.fakes import FakeCarrier

URL = f"/v1/contacts/{CONTACT}"


async def set_contact(client: httpx.AsyncClient) -> None:
    response = await client.put(URL, json=CONTACT_BODY)
    assert response.status_code == 200, response.text


class TestAnswers:
    async def test_a_contact_from_its_beginning_to_its_end(
        self, client: httpx.AsyncClient, desk: Desk
    ) -> None:
        await set_contact(client)
        subscribed = await client.post(f"{URL}/subscriptions", json=SUBSCRIBE_BODY)
        again = await client.post(f"{URL}/subscriptions", json=SUBSCRIBE_BODY)

        assert (subscribed.status_code, again.json()) == (201, subscribed.json())
        (subscription,) = subscribed.json()["subscriptions"]
        assert subscription["about"] == SUBSCRIBE_BODY["about"]
        assert (await client.get(URL)).json() == subscribed.json()

        left = await client.delete(f"{URL}/subscriptions/{subscription['id']}")
        assert left.json()["subscriptions"] == []

        ended = await client.delete(URL)
        assert (ended.status_code, ended.json()["status"]) == (200, "ended")
        assert (await client.delete(URL)).json() == ended.json()
        assert desk.contacts.all[CONTACT].address is None
        assert problems(await client.put(URL, json=CONTACT_BODY), 409) == {"id": "ended"}

    async def test_no_answer_repeats_an_address(self, client: httpx.AsyncClient) -> None:
        await set_contact(client)
        await client.post(f"{URL}/subscriptions", json=SUBSCRIBE_BODY)
        answers = [
            await client.put(URL, json=CONTACT_BODY),
            await client.get(URL),
            await client.put(URL, json=CONTACT_BODY | {"address": "cooperative@example.org,x"}),
            await client.put(URL, json=CONTACT_BODY | {"phone": "cooperative@example.org"}),
            await client.delete(URL),
        ]
        assert "example.org" not in "".join(answer.text for answer in answers)

    async def test_a_notification_shows_how_often_it_was_tried(
        self, client: httpx.AsyncClient, desk: Desk
    ) -> None:
        await desk.subscribe(About.ORDER_PAID)
        await desk.telling.on_events([read(PAID, ORDER)])
        (id_,) = desk.deliveries.all
        assert isinstance(desk.carrier, FakeCarrier)
        desk.carrier.outcomes = [Deferred("rcpt: 451")]
        await desk.send_due()

        waiting = (await client.get(f"/v1/notifications/{id_}")).json()
        assert (waiting["status"], waiting["attempts"]) == ("requested", 1)
        assert waiting["cause"]["subject"] == ORDER

        desk.seconds += 60
        await desk.send_due()
        (sent,) = (await client.get(f"{URL}/notifications")).json()
        assert (sent["id"], sent["status"], sent["attempts"], sent["ordinal"]) == (
            id_,
            "sent",
            2,
            2,
        )

    async def test_who_was_told_nothing(self, client: httpx.AsyncClient) -> None:
        assert (await client.get(f"/v1/contacts/{OTHER}/notifications")).json() == []


class TestBadInput:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("address", "nobody"),
            ("address", "someone@example.org\r\nBcc: other@example.org"),
            ("address", ""),
            ("address", None),
            ("address", 17),
            ("address", "a" * 300 + "@example.org"),
            ("language", "de"),
            ("language", "AR"),
            ("phone", "+212600000000"),
        ],
    )
    async def test_a_field_of_a_contact_that_is_wrong_is_named(
        self, client: httpx.AsyncClient, desk: Desk, field: str, value: object
    ) -> None:
        response = await client.put(URL, json=CONTACT_BODY | {field: value})

        assert list(problems(response, 422)) == [field]
        assert desk.contacts.all == {}

    @pytest.mark.parametrize(
        ("field", "value"),
        [("about", "weather"), ("about", None), ("scope", "**"), ("scope", 1), ("note", "x")],
    )
    async def test_a_field_of_a_subscription_that_is_wrong_is_named(
        self, client: httpx.AsyncClient, desk: Desk, field: str, value: object
    ) -> None:
        await set_contact(client)
        response = await client.post(f"{URL}/subscriptions", json=SUBSCRIBE_BODY | {field: value})

        assert {name.partition(".")[0] for name in problems(response, 422)} == {field}
        assert desk.contacts.all[CONTACT].subscriptions == ()

    @pytest.mark.parametrize("name", UNREADABLE)
    async def test_an_unreadable_body(
        self, client: httpx.AsyncClient, desk: Desk, name: str
    ) -> None:
        problems(await client.put(URL, content=UNREADABLE[name], headers=JSON), 400, 422)
        url = f"{URL}/subscriptions"
        problems(await client.post(url, content=UNREADABLE[name], headers=JSON), 400, 422)
        assert desk.contacts.all == {}

    async def test_a_body_over_the_limit(self, client: httpx.AsyncClient) -> None:
        body = json.dumps(CONTACT_BODY).encode() + b" " * LIMIT
        assert problems(await client.put(URL, content=body, headers=JSON), 413)

    async def test_what_there_is_not(self, client: httpx.AsyncClient) -> None:
        url = f"/v1/contacts/{OTHER}"
        for response in (
            await client.get(url),
            await client.delete(url),
            await client.post(f"{url}/subscriptions", json=SUBSCRIBE_BODY),
            await client.delete(f"{url}/subscriptions/{ORDER}"),
            await client.get(f"/v1/notifications/{OTHER}"),
        ):
            assert problems(response, 404) == {"id": "not_found"}

    @pytest.mark.parametrize("id_", ["17", "someone@example.org", CONTACT.upper()])
    async def test_an_id_of_another_kind(self, client: httpx.AsyncClient, id_: str) -> None:
        for path in ("/v1/contacts/{}", "/v1/contacts/{}/notifications", "/v1/notifications/{}"):
            assert "id" in problems(await client.get(path.format(id_)), 422)


async def test_the_api_describes_itself(app: FastAPI) -> None:
    described = check_described(app)

    assert set(described) == {
        "put /v1/contacts/{id}",
        "get /v1/contacts/{id}",
        "delete /v1/contacts/{id}",
        "post /v1/contacts/{id}/subscriptions",
        "delete /v1/contacts/{id}/subscriptions/{subscription_id}",
        "get /v1/contacts/{id}/notifications",
        "get /v1/notifications/{id}",
    }
