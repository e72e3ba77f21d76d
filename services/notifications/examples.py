"""Bodies of commands as the API's description shows them."""

from typing import Any

from fastapi.openapi.models import Example

CONTACT_BODY: dict[str, Any] = {"language": "ar", "address": "cooperative@example.org"}
SUBSCRIBE_BODY: dict[str, Any] = {
    "about": "shipment-lost",
    "scope": "0f8fad5b-d9cb-569f-a165-70867728950e",
}
SET_CONTACT: dict[str, Example] = {
    "cooperative": {"summary": "A cooperative that reads Arabic", "value": CONTACT_BODY}
}
SUBSCRIBE: dict[str, Example] = {
    "own-shipments": {
        "summary": "A producer wants to know when a shipment of its own is lost",
        "value": SUBSCRIBE_BODY,
    },
    "all-triggers": {
        "summary": "The insurer wants to know of every risk trigger",
        "value": {"about": "risk-trigger", "scope": "*"},
    },
}
