"""Bodies of commands as the API's description shows them."""

from typing import Any

from fastapi.openapi.models import Example

_COOPERATIVE: dict[str, Any] = {
    "registered_on": "2025-03-08",
    "kind": "cooperative",
    "region": "MA-08",
    "women_led": "yes",
    "chain": "carpets-weaving",
}
REGISTER: dict[str, Example] = {
    "cooperative": {
        "summary": "A women's cooperative of weavers in Drâa-Tafilalet",
        "value": _COOPERATIVE,
    }
}
REGISTER_LINE: dict[str, Any] = {"key": "weavers-1", "command": _COOPERATIVE}
MOVE: dict[str, Example] = {
    "to-marrakech": {
        "summary": "The workshop moved to Marrakech-Safi",
        "value": {"moved_on": "2025-06-01", "region": "MA-07"},
    }
}
CORRECT: dict[str, Example] = {
    "enterprise": {
        "summary": "It had been an enterprise from the start",
        "value": {
            "corrected_on": "2025-06-10",
            "kind": "enterprise",
            "region": "MA-08",
            "women_led": "yes",
            "chain": "carpets-weaving",
            "reason": "wrong-form",
        },
    }
}
