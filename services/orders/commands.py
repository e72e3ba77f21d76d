"""What the orders service can be told."""

from pydantic import Field

from contracts.values import (
    Channel,
    Command,
    CountryCode,
    HsCode,
    Id,
    LocalDate,
    Reference,
    Slug,
    StatedMoney,
    StatedQuantity,
)


class OrderedGoods(Command):
    """A line as the seller states it. Its product group derives from the code and is never told."""

    hs_code: HsCode
    chain: Slug = "unknown"
    quantity: StatedQuantity
    price: StatedMoney = Field(description="of the whole line")


class PlaceOrder(Command):
    placed_on: LocalDate
    producer_id: Id
    buyer_id: Reference = Field(description="opaque: a buyer's name has no place here")
    country: CountryCode
    channel: Channel = Channel.UNKNOWN
    lines: tuple[OrderedGoods, ...] = Field(min_length=1, max_length=100)
    total: StatedMoney


class PayOrder(Command):
    """The order was paid in full."""

    paid_on: LocalDate
    amount: StatedMoney
    method: Slug
    payment_reference: Reference


class CancelOrder(Command):
    cancelled_on: LocalDate
    reason: Slug


OrdersCommand = PlaceOrder | PayOrder | CancelOrder
