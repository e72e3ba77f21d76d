"""Bad input to orders: a reason per field, and nothing written."""

import json
from typing import Any

import httpx
import pytest

from chassis.store import MemoryRepository
from chassis.tests.http_api import (
    JSON,
    LIMIT,
    UNREADABLE,
    changed,
    everything,
    in_chunks,
    problems,
)
from services.orders.examples import CANCEL_BODY, PAY_BODY, PLACE_BODY
from services.orders.tests.invoiced import LATER

KEY = JSON | {"Idempotency-Key": "order-417", "X-Client-Id": "marketplace"}
UNKNOWN_ID = "00000000-0000-5000-8000-000000000000"
HUGE = "9" * 400


async def place(client: httpx.AsyncClient) -> str:
    response = await client.post("/v1/orders", json=PLACE_BODY, headers=KEY)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("path", ["", *(f"/{path}" for path in LATER)])
async def test_an_unreadable_body(
    client: httpx.AsyncClient, repository: MemoryRepository, name: str, path: str
) -> None:
    id_ = await place(client)
    before = await everything(repository)
    url = f"/v1/orders/{id_}{path}" if path else "/v1/orders"

    response = await client.post(
        url, content=UNREADABLE[name], headers=KEY | {"Idempotency-Key": "new"}
    )

    problems(response, 400, 422)
    assert await everything(repository) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("placed_on", "2099-01-01"),
        ("placed_on", "2025-3-8"),
        ("placed_on", 20250308),
        ("producer_id", "17"),
        ("producer_id", "F1A50793-770B-5234-862F-C11A3A6C5932"),
        ("buyer_id", "Fatima El Idrissi"),
        ("buyer_id", "someone@example.com"),
        ("buyer_id", None),
        ("country", "XX"),
        ("country", "fr"),
        ("country", "FRA"),
        ("channel", "web"),
        ("lines", []),
        ("lines", {}),
        ("lines", [PLACE_BODY["lines"][0]] * 101),
        ("lines.0.hs_code", "999999"),
        ("lines.0.hs_code", "5701"),
        ("lines.0.hs_code", 570110),
        ("lines.0.chain", "carpets"),
        ("lines.0.product_group", "carpets"),
        ("lines.0.quantity.value", "-1"),
        ("lines.0.quantity.value", "0"),
        ("lines.0.quantity.value", 4),
        ("lines.0.quantity.value", "1.0001"),
        ("lines.0.quantity.unit", "bales"),
        ("lines.0.quantity.note", "about"),
        ("lines.0.price.amount", "-1840.50"),
        ("lines.0.price.amount", "NaN"),
        ("lines.0.price.amount", "Infinity"),
        ("lines.0.price.amount", "1e3"),
        ("lines.0.price.amount", "1840,50"),
        ("lines.0.price.amount", "\N{ARABIC-INDIC DIGIT ONE}"),
        ("lines.0.price.amount", "1840.50\n"),
        ("lines.0.price.amount", 1840.50),
        ("lines.0.price.amount", float("nan")),
        ("lines.0.price.amount", HUGE),
        ("lines.0.price.amount", int(HUGE)),
        ("lines.0.price.vat", "20"),
        ("lines.0.price.currency", "USD"),
        ("total.amount", "2000.51"),
        ("total.amount", True),
        ("lines.0", None),
        ("total", "2000.50 EUR"),
        ("note", "gift"),
    ],
)
async def test_a_field_that_is_wrong_is_named(
    client: httpx.AsyncClient, repository: MemoryRepository, field: str, value: object
) -> None:
    response = await client.post(
        "/v1/orders", content=changed(PLACE_BODY, field, value), headers=KEY
    )

    assert list(problems(response, 422)) == [field]
    assert await everything(repository) == {}


async def test_a_currency_that_does_not_exist(
    client: httpx.AsyncClient, repository: MemoryRepository
) -> None:
    body = json.dumps(PLACE_BODY).replace("EUR", "EUX")
    response = await client.post("/v1/orders", content=body, headers=KEY)

    assert problems(response, 422) == {"total.currency": "currency_unknown"}
    assert await everything(repository) == {}


async def test_all_that_is_wrong_is_told_at_once(client: httpx.AsyncClient) -> None:
    body = json.loads(changed(PLACE_BODY, "country", "XX"))
    body["placed_on"] = "2099-01-01"
    body["lines"][1]["hs_code"] = "000000"

    response = await client.post("/v1/orders", json=body, headers=KEY)

    assert problems(response, 422) == {
        "placed_on": "date_out_of_range",
        "country": "country_unknown",
        "lines.1.hs_code": "hs_code_unknown",
    }


async def test_a_missing_idempotency_key(
    client: httpx.AsyncClient, repository: MemoryRepository
) -> None:
    response = await client.post("/v1/orders", json=PLACE_BODY)

    assert problems(response, 422) == {"Idempotency-Key": "idempotency_key_missing"}
    assert await everything(repository) == {}


async def test_a_repeated_key_with_another_body(
    client: httpx.AsyncClient, repository: MemoryRepository
) -> None:
    id_ = await place(client)
    later = KEY | {"Idempotency-Key": "later"}
    await client.post(f"/v1/orders/{id_}/cancel", json=CANCEL_BODY, headers=later)
    before = await everything(repository)

    for url, body, headers in (
        ("/v1/orders", PLACE_BODY | {"country": "BE"}, KEY),
        (f"/v1/orders/{id_}/cancel", CANCEL_BODY | {"reason": "other"}, later),
        (f"/v1/orders/{id_}/pay", PAY_BODY, later),
    ):
        response = await client.post(url, json=body, headers=headers)
        assert problems(response, 409) == {"Idempotency-Key": "idempotency_key_reused"}
    assert await everything(repository) == before


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_body_over_the_limit(
    client: httpx.AsyncClient, repository: MemoryRepository, chunked: bool
) -> None:
    body = json.dumps(PLACE_BODY).encode() + b" " * LIMIT
    content = in_chunks(body) if chunked else body

    response = await client.post("/v1/orders", content=content, headers=KEY)

    assert problems(response, 413) == {"": "body_too_large"}
    assert await everything(repository) == {}


@pytest.mark.parametrize("id_", ["17", "order-417", UNKNOWN_ID[:-1] + "G"])
async def test_an_id_of_another_kind(client: httpx.AsyncClient, id_: str) -> None:
    assert "id" in problems(await client.get(f"/v1/orders/{id_}"), 422)
    for path, body in LATER.items():
        response = await client.post(f"/v1/orders/{id_}/{path}", json=body)
        assert list(problems(response, 422)) == ["id"]


async def test_an_id_that_there_is_not(client: httpx.AsyncClient) -> None:
    url = f"/v1/orders/{UNKNOWN_ID}"
    assert problems(await client.get(url), 404) == {"id": "not_found"}
    for path, body in LATER.items():
        response = await client.post(f"{url}/{path}", json=body)
        assert problems(response, 404) == {"id": "not_found"}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("amount.amount", "2000.49", "amount_differs"),
        ("amount.amount", "2000.51", "amount_differs"),
        ("amount.amount", "0", "amount_differs"),
        ("amount.amount", "-2000.50", "field_value_error"),
        ("amount.currency", "USD", "currency_differs"),
        ("paid_on", "2099-01-01", "date_out_of_range"),
        ("paid_on", "2025-03-07", "date_before_order"),
        ("method", "Bank Transfer", "field_string_pattern_mismatch"),
        ("payment_reference", "", "field_string_pattern_mismatch"),
        ("iban", "MA64", "field_extra_forbidden"),
    ],
)
async def test_a_payment_that_does_not_fit(
    client: httpx.AsyncClient,
    repository: MemoryRepository,
    field: str,
    value: object,
    code: str,
) -> None:
    id_ = await place(client)
    before = await everything(repository)

    response = await client.post(
        f"/v1/orders/{id_}/pay", content=changed(PAY_BODY, field, value), headers=JSON
    )

    assert problems(response, 422) == {field: code}
    assert await everything(repository) == before


@pytest.mark.parametrize(
    ("first", "then", "code"),
    [
        ("pay", "pay", "order_paid"),
        ("pay", "cancel", "order_paid"),
        ("cancel", "pay", "order_cancelled"),
    ],
)
async def test_what_came_too_late_is_a_conflict(
    client: httpx.AsyncClient,
    repository: MemoryRepository,
    first: str,
    then: str,
    code: str,
) -> None:
    bodies: dict[str, dict[str, Any]] = {"pay": PAY_BODY, "cancel": CANCEL_BODY}
    id_ = await place(client)
    await client.post(f"/v1/orders/{id_}/{first}", json=bodies[first])
    before = await everything(repository)

    response = await client.post(f"/v1/orders/{id_}/{then}", json=bodies[then])

    assert problems(response, 409) == {"id": code}
    assert await everything(repository) == before
