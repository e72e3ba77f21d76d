"""Shipments over HTTP: what they answer."""

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from chassis.store import MemoryRepository
from chassis.tests.http_api import check_described, everything, problems
from services.exports.examples import (
    AMEND_BODY,
    CANCEL_BODY,
    DAMAGE_BODY,
    DELAY_BODY,
    DELIVER_BODY,
    EXPORT_BODY,
    GOODS_BODY,
    LOSE_BODY,
)

BULK = {"Idempotency-Key": "run-1", "Content-Type": "application/x-ndjson"}
LATER = {
    "delay": DELAY_BODY,
    "lose": LOSE_BODY,
    "deliver": DELIVER_BODY,
    "damage": DAMAGE_BODY,
    "amend": AMEND_BODY,
    "cancel": CANCEL_BODY,
}
UNKNOWN_ID = "00000000-0000-5000-8000-000000000000"


def numbered(number: str, **changes: object) -> dict[str, Any]:
    """The example's declaration under another number."""
    return EXPORT_BODY | {"declaration": {"office": "CAS-300", "number": number}} | changes


def lines(*commands: dict[str, Any]) -> bytes:
    numbered_lines = ({"key": str(n), "command": c} for n, c in enumerate(commands, start=1))
    return b"\n".join(json.dumps(line).encode() for line in numbered_lines)


async def test_a_shipment_from_export_to_cancellation(client: httpx.AsyncClient) -> None:
    exported = await client.post("/v1/shipments", json=EXPORT_BODY)
    id_ = exported.json()["id"]
    answers = [
        await client.post(f"/v1/shipments/{id_}/{name}", json=body) for name, body in LATER.items()
    ]

    assert exported.status_code == 201
    assert [(answer.status_code, answer.json()["ordinal"]) for answer in answers] == [
        (200, ordinal) for ordinal in range(2, 8)
    ]
    event = exported.json()["events"][0]
    assert event["type"] == "ma.zarbia.exports.ShipmentExported.v1"
    assert (event["topic"], event["key"]) == ("exports.shipments.v1", id_)
    shown = (await client.get(f"/v1/shipments/{id_}")).json()
    assert (shown["status"], shown["goods"]["net_mass_grams"]) == ("cancelled", 409_000)


async def test_the_order_is_the_key(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/shipments", json=EXPORT_BODY | {"order_id": UNKNOWN_ID})

    assert answer.json()["events"][0]["key"] == UNKNOWN_ID


async def test_the_same_declaration_again_is_known(
    client: httpx.AsyncClient, repository: MemoryRepository
) -> None:
    first = await client.post("/v1/shipments", json=EXPORT_BODY, headers={"Idempotency-Key": "a"})
    before = await everything(repository)
    same_key = await client.post(
        "/v1/shipments", json=EXPORT_BODY, headers={"Idempotency-Key": "a"}
    )
    other_key = await client.post(
        "/v1/shipments", json=EXPORT_BODY, headers={"Idempotency-Key": "b"}
    )

    assert (first.status_code, same_key.status_code, other_key.status_code) == (201, 201, 200)
    assert first.json() == same_key.json() == other_key.json()
    assert await everything(repository) == before


async def test_a_second_declaration_of_the_same_number(
    client: httpx.AsyncClient, repository: MemoryRepository
) -> None:
    await client.post("/v1/shipments", json=EXPORT_BODY)
    before = await everything(repository)

    response = await client.post("/v1/shipments", json=EXPORT_BODY | {"partner": "FR"})

    assert problems(response, 409) == {"declaration.number": "exists"}
    assert await everything(repository) == before


async def test_a_key_used_with_another_declaration(
    client: httpx.AsyncClient, repository: MemoryRepository
) -> None:
    key = {"Idempotency-Key": "a"}
    await client.post("/v1/shipments", json=numbered("1"), headers=key)
    before = await everything(repository)

    response = await client.post("/v1/shipments", json=numbered("2"), headers=key)

    assert problems(response, 409) == {"Idempotency-Key": "idempotency_key_reused"}
    assert await everything(repository) == before


async def test_an_exporter_that_is_not_known_yet(
    client: httpx.AsyncClient, repository: MemoryRepository
) -> None:
    response = await client.post("/v1/shipments", json=EXPORT_BODY | {"exporter_id": UNKNOWN_ID})

    assert problems(response, 409) == {"exporter_id": "exporter_unknown"}
    assert response.headers["retry-after"] == "1"
    assert await everything(repository) == {}


async def test_each_line_of_a_bulk_request_has_its_outcome(
    client: httpx.AsyncClient, repository: MemoryRepository
) -> None:
    body = lines(
        numbered("1"),
        numbered("2", hs_code="999999"),
        numbered("1"),
        numbered("1", partner="FR"),
        numbered("3", exporter_id=UNKNOWN_ID),
    )
    first = (await client.post("/v1/shipments:bulk", content=body, headers=BULK)).json()["outcomes"]
    again = (await client.post("/v1/shipments:bulk", content=body, headers=BULK)).json()["outcomes"]

    assert [outcome["status"] for outcome in first] == [201, 422, 200, 409, 409]
    assert [[error["code"] for error in outcome["errors"]] for outcome in first] == [
        [],
        ["hs_code_unknown"],
        [],
        ["exists"],
        ["exporter_unknown"],
    ]
    assert again == first
    assert len(await everything(repository)) == 1


async def test_a_line_that_cannot_be_read_keeps_no_other_back(client: httpx.AsyncClient) -> None:
    body = b"\n".join([b'{"key": NaN', lines(numbered("1")), b"\xff", b"x" * 17_000])

    outcomes = (await client.post("/v1/shipments:bulk", content=body, headers=BULK)).json()

    assert [outcome["status"] for outcome in outcomes["outcomes"]] == [422, 201, 422, 422]


async def test_a_bulk_request_has_limits(client: httpx.AsyncClient) -> None:
    many = lines(*(numbered(str(n)) for n in range(11)))
    unkeyed = {"Content-Type": "application/x-ndjson"}

    too_many = await client.post("/v1/shipments:bulk", content=many, headers=BULK)
    no_key = await client.post("/v1/shipments:bulk", content=lines(), headers=unkeyed)

    problems(too_many, 413)
    assert problems(no_key, 422) == {"Idempotency-Key": "idempotency_key_missing"}


async def test_shipments_are_told_many_things_at_once(client: httpx.AsyncClient) -> None:
    ids = [
        (await client.post("/v1/shipments", json=numbered(number))).json()["id"]
        for number in ("1", "2")
    ]
    told = [
        (ids[0], "delay", DELAY_BODY),
        (ids[1], "cancel", CANCEL_BODY),
        (ids[0], "deliver", DELIVER_BODY),
        (ids[1], "amend", AMEND_BODY),
        (ids[0], "lose", LOSE_BODY),
        (ids[0], "amend", AMEND_BODY),
        (ids[0], "amend", AMEND_BODY | {"amended_on": "2025-04-29", "goods": GOODS_BODY}),
        (UNKNOWN_ID, "deliver", DELIVER_BODY),
    ]
    body = b"\n".join(
        json.dumps({"id": id_, "key": str(n), "do": do, "command": command}).encode()
        for n, (id_, do, command) in enumerate(told)
    )

    first = (await client.post("/v1/shipments/commands:bulk", content=body, headers=BULK)).json()
    again = (await client.post("/v1/shipments/commands:bulk", content=body, headers=BULK)).json()

    outcomes = first["outcomes"]
    assert [(one["status"], one["ordinal"]) for one in outcomes] == [
        (200, 2),
        (200, 2),
        (200, 3),
        (409, None),  # an amendment of a cancelled declaration
        (409, None),  # a loss after delivery
        (200, 4),
        (409, None),  # an amendment older than the last
        (404, None),
    ]
    assert [
        [(e["field"], e["code"]) for e in one["errors"]] for one in outcomes if one["errors"]
    ] == [
        [("id", "cancelled")],
        [("noticed_on", "delivered_before")],
        [("amended_on", "amendment_older")],
        [("id", "not_found")],
    ]
    assert again == first


@pytest.mark.parametrize("path", LATER)
async def test_a_shipment_that_does_not_exist(client: httpx.AsyncClient, path: str) -> None:
    response = await client.post(f"/v1/shipments/{UNKNOWN_ID}/{path}", json=LATER[path])

    assert problems(response, 404) == {"id": "not_found"}


def test_the_api_describes_itself(app: FastAPI) -> None:
    assert len(check_described(app)) == 10
