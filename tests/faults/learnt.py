"""What a partition has learnt, in the order in which it did."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from contracts.event import Event
from contracts.orders import InvoiceIssued


class Learnt(NamedTuple):
    """An event in its turn. `event` is None where it says nothing that counts."""

    day: date
    topic: str
    subject: str
    id: str
    event: Event | None


def invoices(learnt: list[Learnt]) -> Iterator[tuple[list[Learnt], list[Learnt]]]:
    """For each invoice what was learnt of its order before, and since: the invoice first.

    The first of a number stands.
    """
    known: set[tuple[str, str]] = set()
    for at, each in enumerate(learnt):
        order = each.subject
        if isinstance(each.event, InvoiceIssued) and (order, each.event.invoice) not in known:
            known.add((order, each.event.invoice))
            before, since = (
                [other for other in part if other.subject == order]
                for part in (learnt[:at], learnt[at:])
            )
            yield before, since
