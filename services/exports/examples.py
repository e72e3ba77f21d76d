"""Examples for the API's documentation."""

from fastapi.openapi.models import Example

EXPORT: dict[str, Example] = {
    "carpets": {
        "summary": "Knotted carpets to the United States, stated in US dollars",
        "value": {
            "declaration": {"office": "CAS-300", "number": "2025-0104577"},
            "exporter_id": "5b5e8c2e-6f0f-5a35-9d0c-0f4c51d0f7aa",
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
        },
    }
}
