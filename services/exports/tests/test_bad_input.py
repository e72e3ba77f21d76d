"""Bad input to exports: a reason per field, and nothing written."""

import httpx
import pytest

from chassis.store import MemoryRepository
from chassis.tests.http_api import JSON, LIMIT, UNREADABLE, changed, everything, in_chunks, problems
from services.exports.examples import AMEND_BODY, EXPORT_BODY

HUGE = "9" * 400


@pytest.mark.parametrize("name", UNREADABLE)
async def test_an_unreadable_body(
    client: httpx.AsyncClient, repository: MemoryRepository, name: str
) -> None:
    response = await client.post("/v1/shipments", content=UNREADABLE[name], headers=JSON)

    problems(response, 400, 422)
    assert await everything(repository) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hs_code", "999999"),
        ("hs_code", 570110),
        ("hs_code", "5701"),
        ("partner", "XX"),
        ("partner", "usa"),
        ("exported_on", "2099-01-01"),
        ("exported_on", "14/03/2025"),
        ("exporter_id", "17"),
        ("order_id", "CAS-300"),
        ("buyer_id", "Fatima El Idrissi"),
        ("declaration.number", ""),
        ("declaration.number", "x" * 65),
        ("declaration.office", "Casablanca port"),
        ("net_mass_kg", "-1"),
        ("net_mass_kg", 412.5),
        ("net_mass_kg", "412,5"),
        ("fob.amount", "-1.00"),
        ("fob.amount", "NaN"),
        ("fob.amount", float("nan")),
        ("fob.amount", HUGE),
        ("fob.amount", int(HUGE)),
        ("fob.amount", "1e3"),
        ("fob.currency", "DHS"),
        ("fob.currency", "usd"),
        ("exchange_rate.mad_per_unit", "0"),
        ("exchange_rate.mad_per_unit", None),
        ("exchange_rate.date", "2099-01-01"),
        ("exchange_rate.date", "0001-01-01"),
        ("quantity.unit", "ells"),
        ("quantity.value", "-3"),
        ("channel", "tiktok"),
        ("transport_mode", "camel"),
        ("colour", "red"),
        ("goods", {}),
    ],
)
async def test_a_field_that_is_wrong_is_named(
    client: httpx.AsyncClient, repository: MemoryRepository, field: str, value: object
) -> None:
    body = changed(EXPORT_BODY, field, value)

    response = await client.post("/v1/shipments", content=body, headers=JSON)

    assert set(problems(response, 422)) == {field}
    assert await everything(repository) == {}


async def test_a_body_over_the_limit(
    client: httpx.AsyncClient, repository: MemoryRepository
) -> None:
    body = changed(EXPORT_BODY, "buyer_id", "x" * LIMIT)

    whole = await client.post("/v1/shipments", content=body, headers=JSON)
    chunked = await client.post("/v1/shipments", content=in_chunks(body), headers=JSON)

    problems(whole, 413)
    problems(chunked, 413)
    assert await everything(repository) == {}


@pytest.mark.parametrize("id_", ["17", "CAS-300", "5B5E8C2E-6F0F-5A35-9D0C-0F4C51D0F7AA"])
async def test_an_id_of_another_kind(client: httpx.AsyncClient, id_: str) -> None:
    response = await client.get(f"/v1/shipments/{id_}")

    assert set(problems(response, 422)) == {"id"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("partner", "XX"),
        ("hs_code", "999999"),
        ("exported_on", "2099-01-01"),
        ("exchange_rate.date", "2099-01-01"),
        ("fob.amount", "9" * 15),
    ],
)
async def test_an_amendment_names_the_field_where_it_stands(
    client: httpx.AsyncClient, repository: MemoryRepository, field: str, value: object
) -> None:
    id_ = (await client.post("/v1/shipments", json=EXPORT_BODY)).json()["id"]
    before = await everything(repository)
    body = changed(AMEND_BODY, f"goods.{field}", value)

    response = await client.post(f"/v1/shipments/{id_}/amend", content=body, headers=JSON)

    assert set(problems(response, 422)) == {f"goods.{field}"}
    assert await everything(repository) == before
