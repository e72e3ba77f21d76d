"""Bodies of commands as the API's description shows them."""

from typing import Any

from fastapi.openapi.models import Example

GOODS_BODY: dict[str, Any] = {
    "exported_on": "2025-03-14",
    "partner": "US",
    "channel": "fair",
    "transport_mode": "sea",
    "hs_code": "570110",
    "chain": "carpets-weaving",
    "net_mass_kg": "412.5",
    "quantity": {"value": "96.40", "unit": "m2"},
    "fob": {"amount": "18240.00", "currency": "USD"},
    "exchange_rate": {"mad_per_unit": "9.6735", "date": "2025-03-14"},
}
EXPORT_BODY: dict[str, Any] = GOODS_BODY | {
    "declaration": {"office": "CAS-300", "number": "2025-0104577"},
    "exporter_id": "5b5e8c2e-6f0f-5a35-9d0c-0f4c51d0f7aa",
}
DELIVER_BODY: dict[str, Any] = {"delivered_on": "2025-04-02"}
DELAY_BODY: dict[str, Any] = {
    "noticed_on": "2025-03-28",
    "expected_on": "2025-04-16",
    "reason": "port-congestion",
}
LOSE_BODY: dict[str, Any] = {"noticed_on": "2025-04-20", "transport_document": "BL-7781"}
DAMAGE_BODY: dict[str, Any] = {
    "surveyed_on": "2025-04-05",
    "survey_reference": "SV-2025-118",
    "damage_percent": "12.5",
}
AMEND_BODY: dict[str, Any] = {
    "amended_on": "2025-04-30",
    "reason": "mass-after-weighing",
    "goods": GOODS_BODY | {"net_mass_kg": "409.0"},
}
CANCEL_BODY: dict[str, Any] = {"cancelled_on": "2025-04-30", "reason": "declared-twice"}


def _example(name: str, summary: str, body: dict[str, Any]) -> dict[str, Example]:
    return {name: {"summary": summary, "value": body}}


EXPORT = _example(
    "carpets", "Knotted carpets to the United States, stated in US dollars", EXPORT_BODY
)
EXPORT_LINE: dict[str, Any] = {"key": "17", "command": EXPORT_BODY}
DELIVER = _example("delivered", "It arrived", DELIVER_BODY)
DELAY = _example("congestion", "The port is congested: nineteen days more", DELAY_BODY)
LOSE = _example("lost", "The carrier gave it up", LOSE_BODY)
DAMAGE = _example("damaged", "A survey found an eighth of the value gone", DAMAGE_BODY)
AMEND = _example("amended", "Weighed again: the mass was stated too high", AMEND_BODY)
CANCEL = _example("cancelled", "It had been declared twice", CANCEL_BODY)
DELIVER_LINE: dict[str, Any] = {
    "id": "0d6a8f3e-5b1c-5f27-9c55-2f4be1a6d1c3",
    "key": "17-deliver",
    "do": "deliver",
    "command": DELIVER_BODY,
}
