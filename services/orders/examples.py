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
INVOICE_BODY: dict[str, Any] = {
    "invoice": "INV-2025-118",
    "issued_on": "2025-03-10",
    "due_on": "2025-04-09",
    "buyer_kind": "private",
    "amount": {"amount": "2000.50", "currency": "EUR"},
    "exchange_rate": {"mad_per_unit": "10.4275", "date": "2025-03-10"},
}
PAYMENT_BODY: dict[str, Any] = {
    "invoice": "INV-2025-118",
    "payment_reference": "swift-2025-000417",
    "received_on": "2025-03-20",
    "amount": {"amount": "1500.50", "currency": "EUR"},
    "method": "bank-transfer",
}
FAILED_PAYMENT_BODY: dict[str, Any] = {
    "payment_reference": "card-40021",
    "failed_on": "2025-03-09",
    "amount": {"amount": "2000.50", "currency": "EUR"},
    "method": "card",
    "reason": "card-expired",
    "final": True,
}
EXTENSION_BODY: dict[str, Any] = {
    "invoice": "INV-2025-118",
    "extended_on": "2025-04-02",
    "due_on": "2025-05-09",
}
DISPUTE_BODY: dict[str, Any] = {
    "invoice": "INV-2025-118",
    "dispute_reference": "DSP-2025-7",
    "opened_on": "2025-04-20",
    "reason": "goods-not-as-ordered",
}
SETTLEMENT_BODY: dict[str, Any] = {
    "invoice": "INV-2025-118",
    "dispute_reference": "DSP-2025-7",
    "settled_on": "2025-05-06",
    "outcome": "agreed",
    "credited": {"amount": "40.50", "currency": "EUR"},
}
REFUND_BODY: dict[str, Any] = {
    "refunded_on": "2025-05-12",
    "amount": {"amount": "25.00", "currency": "EUR"},
    "reason": "fringe-damaged",
    "payment_reference": "swift-2025-000417",
}
RATING_BODY: dict[str, Any] = {"rated_on": "2025-05-20", "stars": 5}


def _example(name: str, summary: str, body: dict[str, Any]) -> dict[str, Example]:
    return {name: {"summary": summary, "value": body}}


PLACE = _example(
    "carpet", "A knotted carpet and four cushions, sold at a fair to a buyer in France", PLACE_BODY
)
PLACE_LINE: dict[str, Any] = {"key": "417", "command": PLACE_BODY}
PAY = _example("transfer", "Paid in full by bank transfer", PAY_BODY)
CANCEL = _example("withdrawn", "The buyer withdrew", CANCEL_BODY)
INVOICE = _example("30-days", "All of it, due after thirty days", INVOICE_BODY)
PAYMENT = _example("part", "A part, by bank transfer", PAYMENT_BODY)
FAILED_PAYMENT = _example("card", "The card had expired", FAILED_PAYMENT_BODY)
EXTENSION = _example("a-month", "A month more", EXTENSION_BODY)
DISPUTE = _example("goods", "Other goods than ordered", DISPUTE_BODY)
SETTLEMENT = _example("agreed", "Agreed on a credit", SETTLEMENT_BODY)
REFUND = _example("part", "A part of a payment, for damage", REFUND_BODY)
RATING = _example("satisfied", "As good as can be", RATING_BODY)
INVOICE_LINE: dict[str, Any] = {
    "id": "3c2f6a51-9a50-5c1e-8c0e-5d2f8b7c0f11",
    "key": "417-invoice",
    "do": "invoice",
    "command": INVOICE_BODY,
}
