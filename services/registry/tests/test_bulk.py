"""Many registrations in one request: each line has its outcome."""

import json
from typing import Any

import httpx

from chassis.store import MemoryRepository
from chassis.tests.http_api import (
    BULK_LIMIT,
    BULK_LINES,
    JSON,
    everything,
    in_chunks,
    problems,
)
from services.registry import examples

BODY: dict[str, Any] = examples.REGISTER_LINE["command"]
KEY = JSON | {"Idempotency-Key": "weavers", "X-Client-Id": "office-1"}


def lines_of(*commands: dict[str, Any]) -> bytes:
    lines = ({"key": str(n), "command": command} for n, command in enumerate(commands))
    return b"\n".join(json.dumps(line).encode() for line in lines)


async def test_each_line_has_its_outcome(
    client: httpx.AsyncClient, repository: MemoryRepository
) -> None:
    body = lines_of(BODY, BODY | {"region": "MA-99"}, BODY | {"chain": "rugs"}, BODY)
    body += b'\n{"key": "cut\nnot JSON\n{"key": "k", "command": {}, "more": 1}'

    response = await client.post("/v1/producers:bulk", content=body, headers=KEY)

    outcomes = response.json()["outcomes"]
    assert [outcome["line"] for outcome in outcomes] == list(range(1, 8))
    assert [outcome["status"] for outcome in outcomes] == [201, 422, 422, 201, 422, 422, 422]
    assert outcomes[1]["errors"][0]["field"] == "command.region"
    assert all(outcome["errors"] for outcome in outcomes if outcome["status"] == 422)
    assert set(await everything(repository)) == {outcomes[0]["id"], outcomes[3]["id"]}


async def test_the_same_lines_again_write_nothing(
    client: httpx.AsyncClient, repository: MemoryRepository
) -> None:
    body = lines_of(BODY, BODY | {"region": "MA-01"})
    first = await client.post("/v1/producers:bulk", content=body, headers=KEY)
    before = await everything(repository)

    again = await client.post("/v1/producers:bulk", content=body, headers=KEY)

    assert again.json() == first.json()
    assert await everything(repository) == before


async def test_a_missing_idempotency_key(
    client: httpx.AsyncClient, repository: MemoryRepository
) -> None:
    response = await client.post("/v1/producers:bulk", content=lines_of(BODY))

    assert problems(response, 422) == {"Idempotency-Key": "idempotency_key_missing"}
    assert await everything(repository) == {}


async def test_a_body_without_a_line(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/producers:bulk", content=b"", headers=KEY)

    assert problems(response, 422) == {"": "body_missing"}


async def test_too_many_lines(client: httpx.AsyncClient, repository: MemoryRepository) -> None:
    body = lines_of(*[BODY] * (BULK_LINES + 1))
    response = await client.post("/v1/producers:bulk", content=body, headers=KEY)

    problems(response, 413)
    assert await everything(repository) == {}


async def test_a_body_over_its_own_limit(
    client: httpx.AsyncClient, repository: MemoryRepository
) -> None:
    body = lines_of(BODY) + b" " * BULK_LIMIT
    response = await client.post("/v1/producers:bulk", content=in_chunks(body), headers=KEY)

    problems(response, 413)
    assert await everything(repository) == {}


async def test_a_line_over_the_limit(client: httpx.AsyncClient) -> None:
    body = lines_of(BODY | {"kind": "x" * 17_000}, BODY)
    response = await client.post("/v1/producers:bulk", content=body, headers=KEY)

    statuses = [outcome["status"] for outcome in response.json()["outcomes"]]
    assert statuses == [422, 201]


async def test_the_example_is_accepted(client: httpx.AsyncClient) -> None:
    body = json.dumps(examples.REGISTER_LINE).encode()
    response = await client.post("/v1/producers:bulk", content=body, headers=KEY)

    assert [outcome["status"] for outcome in response.json()["outcomes"]] == [201]
