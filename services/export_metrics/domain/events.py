"""The events of all input topics, reduced to what the fold uses."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol, get_args

from services.export_metrics.domain.exporters import ExporterCell
from services.export_metrics.domain.exposure import ExposureCell
from services.export_metrics.domain.figures import Exporter, Goods, Movement


class Exported(NamedTuple):
    """What the shipment contributes as long as its declaration stands: `booked`, and one shipment
    of `exporter`."""

    booked: Movement
    exporter: ExporterCell


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


class Placed(NamedTuple):
    """`buyer` is who will owe what is invoiced."""

    buyer: ExposureCell


class Invoiced(NamedTuple):
    """`amount` is in the order's currency, as are all other amounts of the order."""

    invoice: str
    due_on: date
    buyer_kind: str
    amount: Decimal
    mad_centimes: int


class Paid(NamedTuple):
    invoice: str
    received_on: date
    amount: Decimal


class Extended(NamedTuple):
    invoice: str
    extended_on: date
    due_on: date


class Disputed(NamedTuple):
    invoice: str
    dispute: str


class Settled(NamedTuple):
    invoice: str
    dispute: str
    credited: Decimal


class OrderEnded(NamedTuple):
    """The order was cancelled: what was invoiced is not due any more."""


class TermsSet(NamedTuple):
    rule: str
    version: int
    effective_on: date
    waiting_days: int
    least_exposure_mad_centimes: int


ShipmentEvent = Exported | Amended | Cancelled | Restamped | Delivered | Lost | Damaged
RuleEvent = Placed | Invoiced | Paid | Extended | Disputed | Settled | OrderEnded | TermsSet
"""What is decided upon at the barrier of its day, not when it is read."""
RULE_EVENTS = get_args(RuleEvent)

AnyEvent = ShipmentEvent | RuleEvent


class Fact(Protocol):
    """An event with its place: the `ordinal`-th of `subject`.

    `id`, `type` and `time` (RFC 3339) are its CloudEvents attributes.
    """

    @property
    def subject(self) -> str: ...
    @property
    def ordinal(self) -> int: ...
    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def time(self) -> str: ...
