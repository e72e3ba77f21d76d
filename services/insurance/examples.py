"""Bodies of commands as the API's description shows them."""

from typing import Any

from fastapi.openapi.models import Example

PROGRAMME: dict[str, Any] = {
    "effective_on": "2025-07-01",
    "waiting_days": 180,
    "least_exposure_mad": "1000.00",
    "cover_percent": "90",
}
TERMS: dict[str, Example] = {
    "programme": {
        "summary": "The programme's terms: 180 days of waiting, 90 % of cover",
        "value": PROGRAMME,
    }
}
