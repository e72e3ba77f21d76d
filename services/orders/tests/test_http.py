"""Orders over HTTP: what they answer, and what bad input becomes."""

import json

import httpx
import pytest
from fastapi import FastAPI

from chassis.store import MemoryRepository
from chassis.tests.counters import Woken
from chassis.tests.http_api import (
    JSON,
    changed,
    check_described,
    everything,
    problems,
)
from services.orders.examples import CANCEL_BODY, PAY_BODY, PAYMENT_BODY, PLACE_BODY
from services.orders.tests.invoiced import LATER

KEY = JSON | {"Idempotency-Key": "order-417", "X-Client-Id": "marketplace"}

BY_INVOICE = (
    "failed-payments",
    "invoices",
    "payments",
    "extensions",
    "disputes",
    "settlements",
    "refunds",
    "ratings",
)


async def place(client: httpx.AsyncClient) -> str:
    response = await client.post("/v1/orders", json=PLACE_BODY, headers=KEY)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


class TestAnswers:
    async def test_an_order_from_placing_to_payment(
        self, client: httpx.AsyncClient, woken: Woken
    ) -> None:
        id_ = await place(client)
        paid = await client.post(f"/v1/orders/{id_}/pay", json=PAY_BODY)

        assert paid.status_code == 200
        assert paid.json()["ordinal"] == 2
        assert paid.json()["events"][0]["type"] == "ma.zarbia.orders.OrderPaid.v1"
        shown = (await client.get(f"/v1/orders/{id_}")).json()
        assert (shown["id"], shown["ordinal"], shown["status"]) == (id_, 2, "paid")
        assert shown["lines"][0]["product"]["product_group"] == "carpets"
        assert shown["total"] == PLACE_BODY["total"]
        assert [woken_id for woken_id, _ in woken.calls] == [id_, id_]

    async def test_cancelling_twice_changes_nothing_more(
        self, client: httpx.AsyncClient, repository: MemoryRepository
    ) -> None:
        id_ = await place(client)
        first = await client.post(f"/v1/orders/{id_}/cancel", json=CANCEL_BODY)
        before = await everything(repository)

        again = await client.post(f"/v1/orders/{id_}/cancel", json=CANCEL_BODY)

        assert (first.status_code, again.status_code) == (200, 200)
        assert (again.json()["ordinal"], again.json()["events"]) == (2, [])
        assert await everything(repository) == before

    async def test_an_order_from_invoice_to_rating(self, client: httpx.AsyncClient) -> None:
        id_ = await place(client)
        answers = [
            (await client.post(f"/v1/orders/{id_}/{path}", json=LATER[path])).json()
            for path in BY_INVOICE
        ]
        rest = {"amount": {"amount": "459.50", "currency": "EUR"}, "payment_reference": "rest"}
        paid = await client.post(f"/v1/orders/{id_}/payments", json=PAYMENT_BODY | rest)

        assert [answer["ordinal"] for answer in answers] == list(range(2, 10))
        assert [event["type"].split(".")[-2] for event in paid.json()["events"]] == [
            "PaymentReceived",
            "OrderPaid",
        ]
        shown = (await client.get(f"/v1/orders/{id_}")).json()
        assert (shown["status"], shown["paid"]["amount"]["amount"]) == ("paid", "1960.00")
        assert shown["invoices"][0]["due_on"] == LATER["extensions"]["due_on"]

    @pytest.mark.parametrize("path", ["", "/pay", "/cancel"])
    async def test_the_same_again_gets_the_same_answer(
        self, client: httpx.AsyncClient, repository: MemoryRepository, path: str
    ) -> None:
        id_ = await place(client)
        body = {"": PLACE_BODY, "/pay": PAY_BODY, "/cancel": CANCEL_BODY}[path]
        url = f"/v1/orders/{id_}{path}" if path else "/v1/orders"
        headers = KEY | ({"Idempotency-Key": "later"} if path else {})
        first = await client.post(url, json=body, headers=headers)
        before = await everything(repository)

        again = await client.post(url, json=body, headers=headers)

        assert (again.status_code, again.json()) == (first.status_code, first.json())
        assert await everything(repository) == before

    async def test_no_event_carries_more_of_a_buyer_than_a_reference(
        self, client: httpx.AsyncClient, repository: MemoryRepository
    ) -> None:
        for name in ("buyer_name", "buyer_email", "buyer"):
            body = changed(PLACE_BODY, name, "somebody")
            assert list(
                problems(await client.post("/v1/orders", content=body, headers=KEY), 422)
            ) == [name]
        assert await everything(repository) == {}


async def test_the_api_describes_itself(app: FastAPI, client: httpx.AsyncClient) -> None:
    described = check_described(app)

    assert set(described) == {
        "post /v1/orders",
        "post /v1/orders:bulk",
        "post /v1/orders/commands:bulk",
        *(f"post /v1/orders/{{id}}/{path}" for path in LATER),
        "get /v1/orders/{id}",
    }
    single = {name for name in described if "post" in name and ":bulk" not in name}
    assert all("409" in described[name]["responses"] for name in single)
    assert (await client.get("/openapi.json")).json() == json.loads(json.dumps(app.openapi()))
