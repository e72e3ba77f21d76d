"""A producer registers, a shipment is exported, the figures move, and are corrected."""

import json
from typing import Any

import pytest

from services.exports.examples import EXPORT_BODY, GOODS_BODY
from tests.journey.platform import Platform, wait_until

pytestmark = pytest.mark.integration
REGISTER = {
    "registered_on": "2025-03-08",
    "kind": "cooperative",
    "region": "MA-08",
    "women_led": "yes",
    "chain": "carpets-weaving",
}


def register(platform: Platform, key: str) -> str:
    return str(platform.post("registry", "/v1/producers", REGISTER, key=key)["id"])


def export(platform: Platform, producer: str, office: str, **changes: Any) -> str:
    declaration = {"office": office, "number": "1"}
    body = EXPORT_BODY | {"exporter_id": producer, "declaration": declaration} | changes
    return str(platform.post("exports", "/v1/shipments", body)["id"])


def figures(platform: Platform, by: str, office: str) -> list[dict[str, Any]]:
    rows = platform.get("export_metrics", "/v1/statistics", by=by, office=office)["rows"]
    return list(rows)


def triggers(platform: Platform, shipment: str) -> dict[str, str]:
    answer = platform.get("export_metrics", "/v1/triggers", state="all", limit="1000")
    return {
        trigger["rule"]: trigger["state"]
        for trigger in answer["triggers"]
        if trigger["subject"] == shipment
    }


def test_an_export_becomes_a_figure(platform: Platform) -> None:
    producer = register(platform, "figure")

    export(platform, producer, "JRN-1")

    wait_until(lambda: figures(platform, "partner,month,region,women_led", "JRN-1") != [])
    (row,) = figures(platform, "partner,month,region,women_led", "JRN-1")
    assert row == {
        "partner": "US",
        "month": "2025-03",
        "region": "MA-08",
        "women_led": "yes",
        "fob_value_mad": "176444.64",
        "net_mass_kg": "412.500",
        "quantity": "96.400",
        "shipments": 1,
    }


def test_a_correction_moves_the_value_to_where_it_belongs(platform: Platform) -> None:
    producer = register(platform, "amended")
    shipment = export(platform, producer, "JRN-2")
    wait_until(lambda: figures(platform, "month", "JRN-2") != [])

    goods = GOODS_BODY | {"exported_on": "2025-02-28", "partner": "FR"}
    amendment = {"amended_on": "2025-04-30", "reason": "wrong-day", "goods": goods}
    platform.post("exports", f"/v1/shipments/{shipment}/amend", amendment)

    wait_until(
        lambda: (
            [(r["partner"], r["month"]) for r in figures(platform, "partner,month", "JRN-2")]
            == [("FR", "2025-02")]
        )
    )
    cancel = {"cancelled_on": "2025-05-02", "reason": "declared-twice"}
    platform.post("exports", f"/v1/shipments/{shipment}/cancel", cancel)
    wait_until(lambda: figures(platform, "month", "JRN-2") == [])


def test_a_registry_correction_is_stamped_onto_earlier_exports(platform: Platform) -> None:
    producer = register(platform, "corrected")
    export(platform, producer, "JRN-3")
    wait_until(lambda: figures(platform, "region", "JRN-3") != [])

    correction = {
        "corrected_on": "2025-06-01",
        "kind": "artisan",
        "region": "MA-07",
        "women_led": "no",
        "reason": "mistyped",
    }
    platform.post("registry", f"/v1/producers/{producer}/correct", correction)

    wait_until(
        lambda: (
            [r["region"] for r in figures(platform, "region,exporter_kind", "JRN-3")] == ["MA-07"]
        )
    )


async def test_a_loss_constitutes_a_trigger_that_its_finding_withdraws(platform: Platform) -> None:
    shipment = export(platform, register(platform, "lost"), "JRN-4")
    loss = {"noticed_on": "2025-04-20", "transport_document": "BL-7781"}
    platform.post("exports", f"/v1/shipments/{shipment}/lose", loss)
    wait_until(lambda: triggers(platform, shipment) == {"loss": "open"})

    platform.post("exports", f"/v1/shipments/{shipment}/deliver", {"delivered_on": "2025-05-02"})

    wait_until(lambda: triggers(platform, shipment) == {"loss": "withdrawn"})
    told = [
        (dict(record.headers)["ce_type"].decode().split(".")[-2], json.loads(record.value))
        for record in await platform.read("export-metrics.risk-triggers.v1")
        if json.loads(record.value)["subject"] == shipment
    ]
    assert [name for name, _ in told] == ["RiskTriggerConstituted", "RiskTriggerWithdrawn"]
    assert told[0][1]["exposed_mad_centimes"] == 17_644_464
    assert told[0][1]["trigger_id"] == told[1][1]["trigger_id"]
    assert told[1][1]["reason"] == "found"
