"""The registry over HTTP: what it answers, and what bad input becomes."""

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from chassis.store import MemoryRepository
from chassis.tests.counters import Woken
from chassis.tests.http_api import (
    JSON,
    LIMIT,
    UNREADABLE,
    changed,
    check_described,
    everything,
    in_chunks,
    problems,
)
from services.registry import examples

BODY: dict[str, Any] = examples.REGISTER_LINE["command"]
KEY = JSON | {"Idempotency-Key": "weavers", "X-Client-Id": "office-1"}
UNKNOWN_ID = "00000000-0000-5000-8000-000000000000"


async def register(client: httpx.AsyncClient) -> str:
    response = await client.post("/v1/producers", json=BODY, headers=KEY)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


class TestAnswers:
    async def test_a_registration_tells_id_ordinal_and_where_its_event_went(
        self, client: httpx.AsyncClient
    ) -> None:
        response = await client.post("/v1/producers", json=BODY, headers=KEY)

        answer = response.json()
        assert response.status_code == 201
        assert answer["ordinal"] == 1
        (event,) = answer["events"]
        assert event["type"] == "ma.zarbia.registry.ProducerRegistered.v1"
        assert (event["topic"], event["key"]) == ("registry.producers.v1", answer["id"])
        assert 0 <= event["partition"] < 12

    async def test_the_same_again_gets_the_same_answer(
        self, client: httpx.AsyncClient, woken: Woken
    ) -> None:
        first = await client.post("/v1/producers", json=BODY, headers=KEY)
        again = await client.post("/v1/producers", json=BODY, headers=KEY)

        assert (again.status_code, again.json()) == (first.status_code, first.json())
        assert len(woken.calls) == 1

    async def test_every_example_is_accepted(self, client: httpx.AsyncClient) -> None:
        id_ = await register(client)
        for path, shown in ("move", examples.MOVE), ("correct", examples.CORRECT):
            for example in shown.values():
                response = await client.post(f"/v1/producers/{id_}/{path}", json=example["value"])
                assert response.status_code == 200, response.text

        shown_now = (await client.get(f"/v1/producers/{id_}")).json()

        assert (shown_now["ordinal"], shown_now["kind"]) == (3, "enterprise")

    async def test_each_client_has_its_own_keys(self, client: httpx.AsyncClient) -> None:
        ids = set()
        for name in ("office-1", "office-2"):
            headers = KEY | {"X-Client-Id": name}
            response = await client.post("/v1/producers", json=BODY, headers=headers)
            ids.add(response.json()["id"])
        assert len(ids) == 2


class TestRefusals:
    @pytest.mark.parametrize("name", UNREADABLE)
    async def test_an_unreadable_body(
        self, client: httpx.AsyncClient, repository: MemoryRepository, name: str
    ) -> None:
        response = await client.post("/v1/producers", content=UNREADABLE[name], headers=KEY)

        problems(response, 400, 422)
        assert await everything(repository) == {}

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("registered_on", "2099-01-01"),
            ("registered_on", "1900-01-01"),
            ("registered_on", "2025-02-30"),
            ("registered_on", "08/03/2025"),
            ("registered_on", "2025-03-08T00:00:00Z"),
            ("registered_on", 1741392000),
            ("registered_on", float("nan")),
            ("registered_on", None),
            ("kind", "company"),
            ("kind", 1),
            ("kind", ["cooperative"]),
            ("region", "MA-13"),
            ("region", "MA-08\n"),
            ("region", "\N{ARABIC-INDIC DIGIT ONE}"),
            ("region", "\ud800"),
            ("region", int("9" * 400)),
            ("women_led", True),
            ("chain", "carpets"),
            ("chain", "x" * 41),
            ("name", "no personal data here"),
        ],
    )
    async def test_a_field_that_is_wrong_is_named(
        self, client: httpx.AsyncClient, repository: MemoryRepository, field: str, value: object
    ) -> None:
        response = await client.post(
            "/v1/producers", content=changed(BODY, field, value), headers=KEY
        )

        assert list(problems(response, 422)) == [field]
        assert await everything(repository) == {}

    async def test_all_that_is_wrong_is_named_at_once(self, client: httpx.AsyncClient) -> None:
        response = await client.post("/v1/producers", json={"kind": "company"}, headers=KEY)

        assert problems(response, 422).keys() == {"registered_on", "kind", "region"}

    async def test_a_missing_idempotency_key(
        self, client: httpx.AsyncClient, repository: MemoryRepository
    ) -> None:
        response = await client.post("/v1/producers", json=BODY)

        assert problems(response, 422) == {"Idempotency-Key": "idempotency_key_missing"}
        assert await everything(repository) == {}

    async def test_a_repeated_key_with_another_body(
        self, client: httpx.AsyncClient, repository: MemoryRepository
    ) -> None:
        await register(client)
        before = await everything(repository)

        response = await client.post("/v1/producers", json=BODY | {"region": "MA-01"}, headers=KEY)

        assert problems(response, 409) == {"Idempotency-Key": "idempotency_key_reused"}
        assert await everything(repository) == before

    @pytest.mark.parametrize("chunked", [True, False])
    async def test_a_body_over_the_limit(
        self, client: httpx.AsyncClient, repository: MemoryRepository, chunked: bool
    ) -> None:
        body = json.dumps(BODY).encode() + b" " * LIMIT
        content = in_chunks(body) if chunked else body

        response = await client.post("/v1/producers", content=content, headers=KEY)

        assert problems(response, 413) == {"": "body_too_large"}
        assert await everything(repository) == {}

    @pytest.mark.parametrize("id_", ["17", "weavers", UNKNOWN_ID.upper()[:-1] + "G", "x" * 5000])
    async def test_an_id_of_another_kind(self, client: httpx.AsyncClient, id_: str) -> None:
        move = examples.MOVE["to-marrakech"]["value"]

        assert "id" in problems(await client.get(f"/v1/producers/{id_}"), 422)
        assert "id" in problems(await client.post(f"/v1/producers/{id_}/move", json=move), 422)

    async def test_an_id_that_there_is_not(self, client: httpx.AsyncClient) -> None:
        move = examples.MOVE["to-marrakech"]["value"]
        path = f"/v1/producers/{UNKNOWN_ID}"

        assert problems(await client.get(path), 404) == {"id": "not_found"}
        assert problems(await client.post(f"{path}/move", json=move), 404) == {"id": "not_found"}


async def test_the_api_describes_itself(app: FastAPI, client: httpx.AsyncClient) -> None:
    described = check_described(app)

    assert len(described) == 5
    assert "409" in described["post /v1/producers"]["responses"]
    assert (await client.get("/openapi.json")).json() == json.loads(json.dumps(app.openapi()))
