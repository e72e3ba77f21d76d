"""The rule of default once more, as plainly as it can be said, to compare with.

Every day, for every invoice, all that was known by then is looked through from its beginning.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from contracts.event import Event
from contracts.orders import (
    DisputeOpened,
    DisputeSettled,
    InvoiceIssued,
    OrderCancelled,
    PaymentExtended,
    PaymentReceived,
)

Known = Sequence[tuple[date, Event]]
"""The events of one order with their knowledge days, in order."""

Verdict = tuple[str, int, date, object]


def verdicts(history: Known, first: date, last: date, waiting_days: int) -> list[Verdict]:
    """What must be said, day after day, of the one invoice in `history`."""
    said: list[Verdict] = []
    episode, since, exposed = 0, None, 0
    day = first
    while day <= last:
        known = [event for known_on, event in history if known_on <= day]
        issued = [event for event in known if isinstance(event, InvoiceIssued)]
        if issued:
            invoice = issued[0]
            if since is not None:
                ended = _ended(invoice, known, since, exposed, waiting_days)
                if ended:
                    said.append((ended[0], episode, day, ended[1]))
                    since = None
            if since is None and _is_due(invoice, known, day, waiting_days):
                episode, since, exposed = episode + 1, day, _exposed(invoice, known, day)
                said.append(("constituted", episode, day, exposed))
        day += timedelta(days=1)
    return said


def _left(invoice: InvoiceIssued, known: Sequence[Event], on: date) -> Decimal:
    left = invoice.amount.stated.amount
    for event in known:
        if isinstance(event, DisputeSettled) and event.credited:
            left -= event.credited.amount
        if isinstance(event, PaymentReceived) and event.received_on <= on:
            left -= event.amount.amount
    return max(left, Decimal(0))


def _exposed(invoice: InvoiceIssued, known: Sequence[Event], on: date) -> int:
    stated = invoice.amount.stated.amount
    value = invoice.amount.mad_centimes * _left(invoice, known, on) / stated
    return int(value.quantize(Decimal(1), ROUND_HALF_EVEN))


def _due(invoice: InvoiceIssued, known: Sequence[Event], agreed_by: date) -> date:
    due = invoice.due_on
    for event in known:
        if isinstance(event, PaymentExtended) and event.extended_on <= agreed_by:
            due = event.due_on
    return due


def _disputed(known: Sequence[Event]) -> bool:
    is_open = False
    for event in known:
        if isinstance(event, DisputeOpened | DisputeSettled):
            is_open = isinstance(event, DisputeOpened)
    return is_open


def _cancelled(known: Sequence[Event]) -> bool:
    return any(isinstance(event, OrderCancelled) for event in known)


def _is_due(invoice: InvoiceIssued, known: Sequence[Event], day: date, waiting_days: int) -> bool:
    return (
        invoice.buyer_kind == "private"
        and not _cancelled(known)
        and not _disputed(known)
        and _left(invoice, known, date.max) > 0
        and day >= _due(invoice, known, date.max) + timedelta(days=waiting_days)
        and _exposed(invoice, known, day) > 0
    )


def _ended(
    invoice: InvoiceIssued, known: Sequence[Event], since: date, exposed: int, waiting_days: int
) -> tuple[str, str] | None:
    if _cancelled(known):
        return "withdrawn", "order-cancelled"
    if _left(invoice, known, since) == 0:
        return "withdrawn", "paid-in-time"
    if _left(invoice, known, date.max) == 0:
        return "superseded", "recovered"
    if _disputed(known):
        return "withdrawn", "disputed"
    if _due(invoice, known, since) + timedelta(days=waiting_days) > since:
        return "withdrawn", "extended"
    if _exposed(invoice, known, since) != exposed:
        return "superseded", "exposure-corrected"
    return None
