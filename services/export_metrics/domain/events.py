"""The events of a shipment, reduced to what the fold uses."""

from typing import NamedTuple

from services.export_metrics.domain.figures import Exporter, Goods


class Exported(NamedTuple):
    office: str
    exporter: Exporter
    goods: Goods


class Amended(NamedTuple):
    goods: Goods


class Cancelled(NamedTuple):
    pass


class Restamped(NamedTuple):
    exporter: Exporter


class Delivered(NamedTuple):
    pass


class Lost(NamedTuple):
    pass


class Damaged(NamedTuple):
    percent_hundredths: int


ShipmentEvent = Exported | Amended | Cancelled | Restamped | Delivered | Lost | Damaged


class Fact(NamedTuple):
    """An event with its place: the `ordinal`-th of `shipment`.

    `id`, `type` and `time` (RFC 3339) are its CloudEvents attributes; `data` is its JSON, kept for
    as long as the event has to wait for one before it.
    """

    shipment: str
    ordinal: int
    id: str
    type: str
    time: str
    data: bytes
    event: ShipmentEvent
