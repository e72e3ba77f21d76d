"""Orders in bulk: placed, and told something, one outcome for each line."""

import json
from typing import Any

import httpx
import pytest

from chassis.store import MemoryRepository
from chassis.store.document import COMMANDS_KEPT
from chassis.tests.counters import Woken
from chassis.tests.http_api import BULK_LINES, everything, problems
from services.orders.examples import (
    CANCEL_BODY,
    INVOICE_BODY,
    PAY_BODY,
    PAYMENT_BODY,
    PLACE_BODY,
    RATING_BODY,
)

BULK = {"Idempotency-Key": "run-1", "Content-Type": "application/x-ndjson"}
COMMANDS = "/v1/orders/commands:bulk"
UNKNOWN_ID = "00000000-0000-5000-8000-000000000000"


async def post(
    client: httpx.AsyncClient, url: str, lines: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    body = "\n".join(map(json.dumps, lines))
    response = await client.post(url, content=body, headers=BULK)
    assert response.status_code == 200, response.text
    outcomes: list[dict[str, Any]] = response.json()["outcomes"]
    assert [outcome["line"] for outcome in outcomes] == list(range(1, len(lines) + 1))
    return outcomes


async def placed(client: httpx.AsyncClient, number: int) -> list[str]:
    lines = [{"key": f"order-{n}", "command": PLACE_BODY} for n in range(number)]
    return [outcome["id"] for outcome in await post(client, "/v1/orders:bulk", lines)]


def line(id_: str, key: str, do: str, command: dict[str, Any]) -> dict[str, Any]:
    return {"id": id_, "key": key, "do": do, "command": command}


def codes(outcomes: list[dict[str, Any]]) -> list[list[tuple[str, str]]]:
    return [[(e["field"], e["code"]) for e in outcome["errors"]] for outcome in outcomes]


async def test_placing_gives_the_ids_that_single_requests_give(client: httpx.AsyncClient) -> None:
    (in_bulk,) = await placed(client, 1)

    single = await client.post(
        "/v1/orders", json=PLACE_BODY, headers={"Idempotency-Key": "run-1:order-0"}
    )

    assert (single.status_code, single.json()["id"]) == (201, in_bulk)


async def test_placing_what_is_wrong_keeps_no_other_back(client: httpx.AsyncClient) -> None:
    wrong = PLACE_BODY | {"country": "XX"}
    lines = [{"key": str(n), "command": body} for n, body in enumerate([wrong, PLACE_BODY])]

    outcomes = await post(client, "/v1/orders:bulk", lines)

    assert [outcome["status"] for outcome in outcomes] == [422, 201]
    assert codes(outcomes) == [[("country", "country_unknown")], []]


async def test_the_lines_of_an_order_are_carried_out_in_turn(
    client: httpx.AsyncClient, woken: Woken
) -> None:
    first, second = await placed(client, 2)
    rest = {"amount": {"amount": "500", "currency": "EUR"}, "payment_reference": "rest"}

    outcomes = await post(
        client,
        COMMANDS,
        [
            line(first, "a", "invoice", INVOICE_BODY),
            line(second, "a", "pay", PAY_BODY),
            line(first, "b", "record-payment", PAYMENT_BODY),
            line(first, "c", "record-payment", PAYMENT_BODY | rest),
            line(second, "b", "rate", RATING_BODY),
        ],
    )

    assert [(o["status"], o["id"], o["ordinal"]) for o in outcomes] == [
        (200, first, 2),
        (200, second, 2),
        (200, first, 3),
        (200, first, 5),
        (200, second, 3),
    ]
    assert (await client.get(f"/v1/orders/{first}")).json()["status"] == "paid"
    assert [id_ for id_, _ in woken.calls[2:]] == [first, second, first, second, first]


async def test_a_refusal_stops_no_later_line_of_its_order(client: httpx.AsyncClient) -> None:
    (id_,) = await placed(client, 1)

    outcomes = await post(
        client,
        COMMANDS,
        [
            line(id_, "a", "record-payment", PAYMENT_BODY),
            line(id_, "b", "invoice", INVOICE_BODY),
            line(id_, "c", "record-payment", PAYMENT_BODY),
        ],
    )

    assert [outcome["status"] for outcome in outcomes] == [409, 200, 200]
    assert codes(outcomes)[0] == [("invoice", "invoice_unknown")]


async def test_the_same_request_again_changes_nothing(
    client: httpx.AsyncClient, repository: MemoryRepository
) -> None:
    first, second = await placed(client, 2)
    lines = [
        line(first, "a", "invoice", INVOICE_BODY),
        line(first, "b", "cancel", CANCEL_BODY),
        line(second, "a", "pay", PAY_BODY),
        line(second, "b", "pay", PAY_BODY),
    ]
    once = await post(client, COMMANDS, lines)
    before = await everything(repository)

    again = await post(client, COMMANDS, lines)

    assert [outcome["status"] for outcome in once] == [200, 200, 200, 409]
    assert again == once
    assert await everything(repository) == before


async def test_a_line_is_known_by_its_key_to_a_single_request(client: httpx.AsyncClient) -> None:
    (id_,) = await placed(client, 1)
    await post(client, COMMANDS, [line(id_, "a", "pay", PAY_BODY)])
    key = {"Idempotency-Key": "run-1:a"}

    same = await client.post(f"/v1/orders/{id_}/pay", json=PAY_BODY, headers=key)
    other = await client.post(f"/v1/orders/{id_}/cancel", json=CANCEL_BODY, headers=key)

    assert (same.status_code, same.json()["ordinal"]) == (200, 2)
    assert problems(other, 409) == {"Idempotency-Key": "idempotency_key_reused"}


@pytest.mark.parametrize(
    ("changes", "status", "field", "code"),
    [
        ({"id": "17"}, 422, "id", "field_string_pattern_mismatch"),
        ({"id": UNKNOWN_ID}, 404, "id", "not_found"),
        ({"key": "run:1"}, 422, "key", "field_string_pattern_mismatch"),
        ({"do": "invoices"}, 422, "do", "action_unknown"),
        ({"do": "cancel"}, 422, "command.cancelled_on", "field_missing"),
        ({"command": []}, 422, "command", "field_dict_type"),
        (
            {"command": INVOICE_BODY | {"due_on": "soon"}},
            422,
            "command.due_on",
            "field_value_error",
        ),
        ({"command": INVOICE_BODY | {"due_on": "2025-03-09"}}, 422, "due_on", "due_before_issue"),
        ({"note": 1}, 422, "note", "field_extra_forbidden"),
    ],
)
async def test_a_line_that_is_wrong_is_told_alone(
    client: httpx.AsyncClient, changes: dict[str, Any], status: int, field: str, code: str
) -> None:
    (id_,) = await placed(client, 1)
    right = line(id_, "a", "invoice", INVOICE_BODY)

    outcomes = await post(client, COMMANDS, [right | changes, right])

    assert [outcome["status"] for outcome in outcomes] == [status, 200]
    assert (field, code) in codes(outcomes)[0]


async def test_lines_that_cannot_be_read_keep_no_other_back(client: httpx.AsyncClient) -> None:
    (id_,) = await placed(client, 1)
    good = json.dumps(line(id_, "a", "pay", PAY_BODY)).encode()
    bad = [b'{"key": NaN', b"\xff", b"", b"x" * 17_000, b"[" * 10_000]

    response = await client.post(COMMANDS, content=b"\n".join([*bad, good]), headers=BULK)

    statuses = [outcome["status"] for outcome in response.json()["outcomes"]]
    assert statuses == [422] * len(bad) + [200]


async def test_a_request_has_limits(client: httpx.AsyncClient) -> None:
    one = json.dumps(line(UNKNOWN_ID, "a", "pay", PAY_BODY)).encode()
    unkeyed = {"Content-Type": "application/x-ndjson"}

    too_many = await client.post(COMMANDS, content=b"\n".join([one] * 11), headers=BULK)
    no_key = await client.post(COMMANDS, content=one, headers=unkeyed)
    nothing = await client.post(COMMANDS, content=b"", headers=BULK)

    assert BULK_LINES == 10
    problems(too_many, 413)
    assert problems(no_key, 422) == {"Idempotency-Key": "idempotency_key_missing"}
    assert problems(nothing, 422) == {"": "body_missing"}


async def test_no_more_lines_for_an_order_than_it_remembers(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.http.bulk.COMMANDS_KEPT", 3)
    (id_,) = await placed(client, 1)
    lines = [line(id_, str(n), "cancel", CANCEL_BODY) for n in range(4)]

    outcomes = await post(client, COMMANDS, lines)

    assert [outcome["status"] for outcome in outcomes] == [200, 200, 200, 422]
    assert codes(outcomes)[3] == [("id", "lines_too_many")]
    assert COMMANDS_KEPT == 20
