"""What must stand in the cells of exporters and of exposure: looked through anew for each day.

A day adds to a cell what stands there in the evening and did not in the morning.
"""

from collections.abc import Callable
from typing import Any

from contracts.event import Event
from contracts.exports import (
    DeclarationAmended,
    DeclarationCancelled,
    ShipmentExported,
    ShipmentRestamped,
)
from contracts.orders import InvoiceIssued, OrderPlaced
from tests.faults.invoice_oracle import KnownInvoice
from tests.faults.learnt import Learnt, invoices

Cell = tuple[str, ...]
Standing = list[tuple[Cell, tuple[int, ...]]]
"""One after the other what stands in cells: amounts of one cell add up."""


def added(
    standing: Callable[[list[Learnt]], Standing], learnt: list[Learnt]
) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """What each day adds, by cell and day; not what comes to nothing."""
    found: dict[tuple[Any, ...], tuple[int, ...]] = {}
    for day in {each.day for each in learnt}:
        changes = standing([each for each in learnt if each.day <= day])
        for cell, amounts in standing([each for each in learnt if each.day < day]):
            changes.append((cell, tuple(-amount for amount in amounts)))
        for cell in {cell for cell, _ in changes}:
            of_cell = [amounts for where, amounts in changes if where == cell]
            total = tuple(sum(column) for column in zip(*of_cell, strict=True))
            if any(total):
                found[*cell, day] = total
    return found


def exporters(learnt: list[Learnt]) -> Standing:
    """Value and number of shipments, by month and by exporter as it was described last."""
    shipments = {each.subject for each in learnt if isinstance(each.event, ShipmentExported)}
    return [
        stands
        for shipment in shipments
        for stands in _exported([each.event for each in learnt if each.subject == shipment])
    ]


def _exported(events: list[Event | None]) -> Standing:
    """Of one shipment: nothing where its declaration does not stand."""
    goods = stamp = exporter = None
    for event in events:
        match event:
            case ShipmentExported():
                goods, stamp, exporter = event.goods, event.exporter, event.exporter.producer_id
            case DeclarationCancelled():
                goods = None
            case DeclarationAmended() if goods:
                goods = event.goods
            case ShipmentRestamped() if goods:
                stamp = event.exporter
            case _:
                pass  # of no interest here, or about what does not stand
    if not (goods and stamp and exporter):
        return []
    cell = goods.month, exporter, stamp.region, str(stamp.kind), str(stamp.women_led)
    return [(cell, (goods.fob.mad_centimes, 1))]


def exposure(learnt: list[Learnt]) -> Standing:
    """What is owed on each invoice, by who placed its order and where from."""
    found: Standing = []
    for before, (issued, *since) in invoices(learnt):
        assert isinstance(issued.event, InvoiceIssued)
        known = KnownInvoice(issued.event, [each.event for each in since])
        if not known.is_cancelled():
            found.append((_debtor(before), (known.exposed(),)))
    return found


def _debtor(before: list[Learnt]) -> Cell:
    """The first that was said to have placed it, if that was known when the invoice came."""
    placed = [each.event for each in before if isinstance(each.event, OrderPlaced)]
    return (placed[0].buyer_id, placed[0].country) if placed else ("unknown", "ZZ")
