"""Terms over HTTP: what is answered, and what bad input becomes. Today is 30 June 2025."""

import asyncio
from collections.abc import Sequence

import httpx
import pytest
from fastapi import FastAPI

from chassis.commands import CommandHandler
from chassis.store import Document, MemoryRepository
from chassis.tests.counters import Woken
from chassis.tests.http_api import (
    JSON,
    UNREADABLE,
    application,
    changed,
    check_described,
    client_of,
    everything,
    problems,
)
from contracts.topics import INSURANCE_RULES
from services.insurance import examples
from services.insurance.app import DECIDER, rules

BODY = examples.PROGRAMME
RULE = "/v1/rules/protracted-default"
KEY = {"Idempotency-Key": "terms-2025"}


async def test_terms_go_to_every_partition(client: httpx.AsyncClient, woken: Woken) -> None:
    response = await client.put(f"{RULE}/terms", json=BODY)

    answer = response.json()
    assert response.status_code == 200
    (event,) = answer["events"]
    assert (event["type"], event["ordinal"]) == ("ma.zarbia.insurance.RuleTermsSet.v1", 1)
    ((id_, outbox),) = woken.calls
    assert id_ == answer["id"]
    assert [record.partition for record in outbox or ()] == list(range(12))


async def test_all_versions_are_shown(client: httpx.AsyncClient) -> None:
    await client.put(f"{RULE}/terms", json=BODY)
    await client.put(f"{RULE}/terms", json=BODY | {"waiting_days": 90, "cover_percent": "80.5"})

    shown = (await client.get(RULE)).json()

    assert shown["versions"][1] == {
        "rule": "protracted-default",
        "rule_version": 2,
        "set_on": "2025-06-30",
        "effective_on": "2025-07-01",
        "waiting_days": 90,
        "least_exposure_mad_centimes": 100_000,
        "cover_percent": "80.5",
    }
    assert [version["waiting_days"] for version in shown["versions"]] == [180, 90]
    assert shown["in_force"] is None, "they take effect tomorrow"
    assert (await client.get("/v1/rules")).json() == [shown]


async def test_a_rule_without_terms_is_not_in_force(client: httpx.AsyncClient) -> None:
    (rule,) = (await client.get("/v1/rules")).json()

    assert (rule["rule"], rule["in_force"], rule["versions"]) == ("protracted-default", None, [])
    assert (await client.get(RULE)).json() == rule


@pytest.mark.parametrize("headers", [{}, KEY])
async def test_the_same_terms_again_change_nothing(
    client: httpx.AsyncClient, repository: MemoryRepository, headers: dict[str, str]
) -> None:
    for waiting_days in (90, 180):
        await client.put(f"{RULE}/terms", json=BODY | {"waiting_days": waiting_days})
    before = await everything(repository)

    again = await client.put(f"{RULE}/terms", json=BODY, headers=headers)

    assert (again.status_code, again.json()["ordinal"], again.json()["events"]) == (200, 2, [])
    states = [(d.version, d.state, d.outbox) for d in (await everything(repository)).values()]
    assert states == [(d.version, d.state, d.outbox) for d in before.values()]


async def test_a_key_gets_its_answer_again(client: httpx.AsyncClient) -> None:
    first = await client.put(f"{RULE}/terms", json=BODY, headers=KEY)
    await client.put(f"{RULE}/terms", json=BODY | {"waiting_days": 90})

    again = await client.put(f"{RULE}/terms", json=BODY, headers=KEY)
    other = await client.put(f"{RULE}/terms", json=BODY | {"waiting_days": 1}, headers=KEY)

    assert again.json() == first.json()
    assert problems(other, 409) == {"Idempotency-Key": "idempotency_key_reused"}


class LoadsLate(MemoryRepository):
    """Lets the other request go first between looking and writing."""

    async def load(self, ids: Sequence[str]) -> dict[str, Document]:
        found = await super().load(ids)
        await asyncio.sleep(0)
        return found


async def test_of_two_first_terms_at_once_one_comes_second() -> None:
    repository = LoadsLate()
    app = application(rules(CommandHandler(DECIDER, repository, INSURANCE_RULES, Woken())))
    async with client_of(app) as client:
        bodies = [BODY, BODY | {"waiting_days": 90}]
        answers = await asyncio.gather(*(client.put(f"{RULE}/terms", json=b) for b in bodies))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert sorted(answer.json()["ordinal"] for answer in answers) == [1, 2]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("waiting_days", -1),
        ("waiting_days", 3651),
        ("waiting_days", "180"),
        ("waiting_days", 1.5),
        ("least_exposure_mad", "-1"),
        ("least_exposure_mad", "1.001"),
        ("least_exposure_mad", 1000.5),
        ("least_exposure_mad", "9" * 11),
        ("cover_percent", "100.01"),
        ("cover_percent", "101"),
        ("cover_percent", "-1"),
        ("cover_percent", 90),
        ("effective_on", "2025-06-29"),
        ("effective_on", "2099-01-01"),
        ("effective_on", "2025-02-30"),
        ("effective_on", None),
        ("rule", "protracted-default"),
        ("set_on", "2025-06-30"),
    ],
)
async def test_a_field_that_is_wrong_is_named(
    client: httpx.AsyncClient, repository: MemoryRepository, field: str, value: object
) -> None:
    response = await client.put(f"{RULE}/terms", content=changed(BODY, field, value), headers=JSON)

    assert list(problems(response, 422)) == [field]
    assert await everything(repository) == {}


@pytest.mark.parametrize("name", UNREADABLE)
async def test_an_unreadable_body(
    client: httpx.AsyncClient, repository: MemoryRepository, name: str
) -> None:
    response = await client.put(f"{RULE}/terms", content=UNREADABLE[name], headers=JSON)

    problems(response, 400, 422)
    assert await everything(repository) == {}


async def test_an_unknown_rule_names_those_that_there_are(
    client: httpx.AsyncClient, repository: MemoryRepository
) -> None:
    answers = [
        await client.put("/v1/rules/insolvency/terms", json=BODY),
        await client.get("/v1/rules/insolvency"),
    ]

    for response in answers:
        assert problems(response, 404) == {"rule": "rule_unknown"}
        assert "protracted-default" in response.json()["detail"]
    assert await everything(repository) == {}


async def test_a_name_that_no_rule_can_have(client: httpx.AsyncClient) -> None:
    assert problems(await client.get("/v1/rules/Default!"), 422).keys() == {"rule"}


async def test_the_example_is_accepted(client: httpx.AsyncClient) -> None:
    assert (await client.put(f"{RULE}/terms", json=BODY)).status_code == 200


def test_the_api_describes_itself(app: FastAPI) -> None:
    described = check_described(app)

    assert set(described) == {"get /v1/rules", "get /v1/rules/{rule}", "put /v1/rules/{rule}/terms"}
