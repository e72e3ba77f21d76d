"""Events of orders: what was bought, and whether it was paid."""

from typing import ClassVar

from pydantic import Field

from contracts.event import Event
from contracts.values import (
    CountryCode,
    Id,
    LocalDate,
    Money,
    Product,
    Quantity,
    Reference,
    Slug,
    Value,
)


class OrdersEvent(Event):
    owner: ClassVar[str] = "orders"


class OrderLine(Value):
    """One product; `price` is that of the whole line, not of a unit."""

    product: Product
    quantity: Quantity
    price: Money


class OrderPlaced(OrdersEvent):
    """A buyer ordered from a producer. All lines are in the currency of the total."""

    placed_on: LocalDate
    producer_id: Id
    buyer_id: Reference
    country: CountryCode
    channel: Slug
    lines: tuple[OrderLine, ...] = Field(min_length=1, max_length=100)
    total: Money


class OrderPaid(OrdersEvent):
    """The order is paid in full; `amount` is what was paid."""

    paid_on: LocalDate
    amount: Money
    method: Slug
    payment_reference: Reference


class OrderCancelled(OrdersEvent):
    """The order will not be fulfilled."""

    cancelled_on: LocalDate
    reason: Slug
