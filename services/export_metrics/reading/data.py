"""From the data of an event to what the fold uses of it."""

from collections.abc import Callable
from typing import Any

from msgspec import DecodeError, ValidationError
from msgspec.json import Decoder

from contracts import exports
from contracts.event import Event
from services.export_metrics.domain.events import (
    Amended,
    Cancelled,
    Damaged,
    Delivered,
    Exported,
    Lost,
    Restamped,
    ShipmentEvent,
)
from services.export_metrics.domain.figures import Exporter, Goods
from services.export_metrics.reading import wire

UNREADABLE = (DecodeError, ValidationError, UnicodeDecodeError, RecursionError)
"""What `decode` raises for data that the hot path does not read."""

THOUSANDTHS = 3
HUNDREDTHS = 2


def scaled(decimal: str, places: int) -> int:
    """A decimal string as a whole number of its last of `places` decimals, of which it has no more.

    `scaled("1.5", 3)` is 1500.
    """
    whole, _, fraction = decimal.partition(".")
    return int(whole + fraction.ljust(places, "0"))


def _goods(goods: wire.DeclaredGoods) -> Goods:
    product = goods.product
    quantity = goods.quantity
    return Goods(
        goods.month,
        goods.partner,
        product.hs_code,
        product.hs_edition,
        product.product_group,
        product.chain,
        goods.channel,
        None if quantity is None else quantity.unit,
        goods.fob.mad_centimes,
        goods.net_mass_grams,
        None if quantity is None else scaled(quantity.value, THOUSANDTHS),
    )


def _exporter(stamp: wire.ExporterStamp) -> Exporter:
    return Exporter(stamp.kind, stamp.region, stamp.women_led)


def _exported(data: wire.ShipmentExported) -> Exported:
    return Exported(data.declaration.office, _exporter(data.exporter), _goods(data.goods))


def _amended(data: wire.DeclarationAmended) -> Amended:
    return Amended(_goods(data.goods))


def _restamped(data: wire.ShipmentRestamped) -> Restamped:
    return Restamped(_exporter(data.exporter))


def _damaged(data: wire.ShipmentDamaged) -> Damaged:
    return Damaged(scaled(data.damage_percent, HUNDREDTHS))


Reading = tuple[type[Event], Decoder[Any], Callable[[Any], ShipmentEvent]]
READINGS: tuple[Reading, ...] = (
    (exports.ShipmentExported, Decoder(wire.ShipmentExported), _exported),
    (exports.ShipmentDelivered, Decoder(wire.ShipmentDelivered), lambda _: Delivered()),
    (exports.ShipmentLost, Decoder(wire.ShipmentLost), lambda _: Lost()),
    (exports.ShipmentDamaged, Decoder(wire.ShipmentDamaged), _damaged),
    (exports.DeclarationAmended, Decoder(wire.DeclarationAmended), _amended),
    (exports.DeclarationCancelled, Decoder(wire.DeclarationCancelled), lambda _: Cancelled()),
    (exports.ShipmentRestamped, Decoder(wire.ShipmentRestamped), _restamped),
)
_BY_TYPE = {
    event.event_type(): (decoder, reduce_to_domain) for event, decoder, reduce_to_domain in READINGS
}


def is_read(event_type: str) -> bool:
    """Whether `decode` knows this CloudEvents type."""
    return event_type in _BY_TYPE


def decode(event_type: str, data: bytes) -> ShipmentEvent:
    """Read the data of an event of a type that `is_read`.

    Raises: one of UNREADABLE when the data is not as the contract says.
    """
    decoder, reduce_to_domain = _BY_TYPE[event_type]
    # A decoder skips over unknown fields without a look at their encoding.
    if not data.isascii():
        data.decode()
    return reduce_to_domain(decoder.decode(data))
