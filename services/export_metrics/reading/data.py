"""From the data of an event to what the fold uses of it."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from msgspec.json import Decoder

from chassis.folding.cells import interned
from chassis.folding.fold import Reading
from contracts import exports, insurance, orders
from contracts.event import Event
from services.export_metrics.domain.events import (
    Amended,
    AnyEvent,
    Cancelled,
    Damaged,
    Delivered,
    Disputed,
    Exported,
    Extended,
    Invoiced,
    Lost,
    OrderEnded,
    Paid,
    Placed,
    Restamped,
    Settled,
    TermsSet,
)
from services.export_metrics.domain.exporters import ExporterCell
from services.export_metrics.domain.exposure import ExposureCell
from services.export_metrics.domain.figures import CellKey, Exporter, Goods, Movement, cell_of
from services.export_metrics.reading import forms, wire


def _goods(goods: wire.DeclaredGoods) -> Goods:
    product, quantity = goods.product, goods.quantity
    month, partner, hs_code, edition, group, chain, channel, unit = forms.goods(
        (
            forms.month_of(goods.exported_on, goods.month),
            goods.partner,
            product.hs_code,
            product.hs_edition,
            product.product_group,
            product.chain,
            goods.channel,
            None if quantity is None else quantity.unit,
        )
    )
    return Goods(
        month,
        partner,
        hs_code,
        edition,
        group,
        chain,
        channel,
        unit,
        goods.fob.mad_centimes,
        goods.net_mass_grams,
        None if quantity is None else forms.thousandths(quantity.value),
    )


def _exporter(stamp: wire.ExporterStamp) -> Exporter:
    forms.producer(stamp.producer_id)
    return Exporter(*forms.exporter((stamp.kind, stamp.region, stamp.women_led)))


def _exported(data: wire.ShipmentExported) -> Exported:
    stamp, goods = data.exporter, data.goods
    product, quantity = goods.product, goods.quantity
    stated = (
        data.declaration.office,
        stamp.kind,
        stamp.region,
        stamp.women_led,
        goods.exported_on,
        goods.month,
        goods.partner,
        product.hs_code,
        product.hs_edition,
        product.product_group,
        product.chain,
        goods.channel,
        None if quantity is None else quantity.unit,
    )
    cell = _CELLS.get(stated)
    if cell is None:
        stated = interned(stated)
        cell = _CELLS[stated] = _cell(*stated)
    thousandths = None if quantity is None else forms.thousandths(quantity.value)
    fob = goods.fob.mad_centimes
    return Exported(
        Movement(cell, fob, goods.net_mass_grams, thousandths, 1),
        _exporter_cell(stamp.producer_id, cell),
    )


_CELLS: dict[tuple[str | None, ...], CellKey] = {}
"""Checked cells of exports by what was stated: a dictionary takes half as long as `lru_cache`."""


def _cell(
    office: str,
    kind: str,
    region: str,
    women_led: str,
    exported_on: str,
    month: str,
    *goods: str | None,
) -> CellKey:
    """The checked cell of an export; `goods` are its dimensions in the order of `forms.goods`."""
    if len(_CELLS) >= forms.REMEMBERED:
        _CELLS.clear()
    return cell_of(
        forms.office(office),
        Exporter(*forms.exporter((kind, region, women_led))),
        Goods(*forms.goods((forms.month_of(exported_on, month), *goods)), 0, 0, None),
    )


_EXPORTER_CELLS: dict[tuple[str, ...], ExporterCell] = {}
"""Checked cells of exporters, as those of exports."""


def _exporter_cell(producer: str, cell: CellKey) -> ExporterCell:
    """The cell of an exporter: all but its id is checked with that of the export."""
    stated = (cell.month, producer, cell.region, cell.exporter_kind, cell.women_led)
    found = _EXPORTER_CELLS.get(stated)
    if found is None:
        if len(_EXPORTER_CELLS) >= forms.REMEMBERED:
            _EXPORTER_CELLS.clear()
        forms.producer(producer)
        found = _EXPORTER_CELLS[stated] = interned(ExporterCell(*stated))
    return found


def _amended(data: wire.DeclarationAmended) -> Amended:
    return Amended(_goods(data.goods))


def _restamped(data: wire.ShipmentRestamped) -> Restamped:
    return Restamped(_exporter(data.exporter))


def _damaged(data: wire.ShipmentDamaged) -> Damaged:
    return Damaged(forms.hundredths(data.damage_percent))


def _amount(money: wire.Money) -> Decimal:
    return Decimal(forms.amount(money.amount))


def _placed(data: wire.OrderPlaced) -> Placed:
    return Placed(ExposureCell(forms.reference(data.buyer_id), forms.country(data.country)))


def _invoiced(data: wire.InvoiceIssued) -> Invoiced:
    return Invoiced(
        forms.invoice(data.invoice),
        data.due_on,
        forms.slug(data.buyer_kind),
        _amount(data.amount.stated),
        data.amount.mad_centimes,
    )


def _paid(data: wire.PaymentReceived) -> Paid:
    return Paid(forms.invoice(data.invoice), data.received_on, _amount(data.amount))


def _extended(data: wire.PaymentExtended) -> Extended:
    return Extended(forms.invoice(data.invoice), data.extended_on, data.due_on)


def _disputed(data: wire.DisputeOpened) -> Disputed:
    return Disputed(forms.invoice(data.invoice), forms.reference(data.dispute_reference))


def _settled(data: wire.DisputeSettled) -> Settled:
    credited = Decimal(0) if data.credited is None else _amount(data.credited)
    reference = forms.reference(data.dispute_reference)
    return Settled(forms.invoice(data.invoice), reference, credited)


def _terms_set(data: wire.RuleTermsSet) -> TermsSet:
    return TermsSet(
        forms.slug(data.rule),
        data.rule_version,
        data.effective_on,
        data.waiting_days,
        data.least_exposure_mad_centimes,
    )


def _nothing(event: AnyEvent) -> Reading:
    """The reading of an event of which its having happened says all, as JSON object."""
    decoder = Decoder(wire.Nothing)

    def read(data: bytes) -> AnyEvent:
        decoder.decode(data)
        return event

    return read


def _reading(form: Any, reduce_to_domain: Callable[[Any], AnyEvent]) -> Reading:
    decode = Decoder(form).decode
    return lambda data: reduce_to_domain(decode(data))


READINGS: Mapping[type[Event], Reading] = {
    exports.ShipmentExported: _reading(wire.ShipmentExported, _exported),
    exports.ShipmentDelivered: _nothing(Delivered()),
    exports.ShipmentLost: _nothing(Lost()),
    exports.ShipmentDamaged: _reading(wire.ShipmentDamaged, _damaged),
    exports.DeclarationAmended: _reading(wire.DeclarationAmended, _amended),
    exports.DeclarationCancelled: _nothing(Cancelled()),
    exports.ShipmentRestamped: _reading(wire.ShipmentRestamped, _restamped),
    orders.OrderPlaced: _reading(wire.OrderPlaced, _placed),
    orders.InvoiceIssued: _reading(wire.InvoiceIssued, _invoiced),
    orders.PaymentReceived: _reading(wire.PaymentReceived, _paid),
    orders.PaymentExtended: _reading(wire.PaymentExtended, _extended),
    orders.DisputeOpened: _reading(wire.DisputeOpened, _disputed),
    orders.DisputeSettled: _reading(wire.DisputeSettled, _settled),
    orders.OrderCancelled: _nothing(OrderEnded()),
    insurance.RuleTermsSet: _reading(wire.RuleTermsSet, _terms_set),
}
"""What the fold reads. Of other events it uses the place alone: their data is not looked at."""
