"""Bodies of commands as the API's description shows them."""

from typing import Any

from fastapi.openapi.models import Example

PLACE_BODY: dict[str, Any] = {
    "placed_on": "2025-03-08",
    "producer_id": "f1a50793-770b-5234-862f-c11a3a6c5932",
    "buyer_id": "buyer-fr-00417",
    "country": "FR",
    "channel": "fair",
    "lines": [
        {
            "hs_code": "570110",
            "chain": "carpets-weaving",
            "quantity": {"value": "14.25", "unit": "m2"},
            "price": {"amount": "1840.50", "currency": "EUR"},
        },
        {
            "hs_code": "940490",
            "quantity": {"value": "4", "unit": "u"},
            "price": {"amount": "160.00", "currency": "EUR"},
        },
    ],
    "total": {"amount": "2000.50", "currency": "EUR"},
}
PAY_BODY: dict[str, Any] = {
    "paid_on": "2025-03-20",
    "amount": {"amount": "2000.50", "currency": "EUR"},
    "method": "bank-transfer",
    "payment_reference": "swift-2025-000417",
}
CANCEL_BODY: dict[str, Any] = {"cancelled_on": "2025-03-12", "reason": "buyer-withdrew"}

PLACE: dict[str, Example] = {
    "carpet": {
        "summary": "A knotted carpet and four cushions, sold at a fair to a buyer in France",
        "value": PLACE_BODY,
    }
}
PAY: dict[str, Example] = {
    "transfer": {"summary": "Paid in full by bank transfer", "value": PAY_BODY}
}
CANCEL: dict[str, Example] = {"withdrawn": {"summary": "The buyer withdrew", "value": CANCEL_BODY}}
