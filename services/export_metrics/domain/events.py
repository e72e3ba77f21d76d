"""The events of all input topics, reduced to what the fold uses."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple, get_args

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


class Passed(NamedTuple):
    """An event that has its place and no other meaning here."""


ShipmentEvent = Exported | Amended | Cancelled | Restamped | Delivered | Lost | Damaged
RuleEvent = Invoiced | Paid | Extended | Disputed | Settled | OrderEnded | TermsSet
"""What is decided upon at the barrier of its day, not when it is read."""
RULE_EVENTS = get_args(RuleEvent)

AnyEvent = ShipmentEvent | RuleEvent | Passed


class Fact(NamedTuple):
    """An event with its place: the `ordinal`-th of `subject`.

    `id`, `type` and `time` (RFC 3339) are its CloudEvents attributes, `key` is that of its record;
    `data` is its JSON, kept for as long as the event has to wait.
    """

    subject: str
    ordinal: int
    id: str
    type: str
    time: str
    key: str
    data: bytes
    event: AnyEvent


class Unread(NamedTuple):
    """An event that is in quarantine, of which no more than its place could be read."""

    subject: str
    ordinal: int
    id: str
    type: str
    key: str
    reason: str


class Release(NamedTuple):
    """The owner's word on an event that is held: told again as `fact`, or without effect."""

    fact: Fact
    reason: str
