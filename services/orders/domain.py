"""The rules of orders: what may be ordered, and when it may be paid or cancelled."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Context, Decimal, Inexact
from enum import StrEnum
from functools import reduce
from itertools import chain
from typing import assert_never

from contracts.dates import out_of_range
from contracts.orders import OrderCancelled, OrderLine, OrderPaid, OrderPlaced
from contracts.problem import Problem, Refusal, RefusedError, refused
from contracts.reference import chains, countries, crafts, currencies, harmonized_system, units
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
from services.orders.commands import (
    CancelOrder,
    OrderedGoods,
    OrdersCommand,
    PayOrder,
    PlaceOrder,
)

# A hundred prices of 15 digits and 20 decimals need 37 digits; Inexact would say that it is more.
_EXACT = Context(prec=60, traps=[Inexact])


class Status(StrEnum):
    PLACED = "placed"
    PAID = "paid"
    CANCELLED = "cancelled"


class Order(Value):
    """An order as it was placed, and where it stands."""

    placed_on: LocalDate
    producer_id: Id
    buyer_id: Reference
    country: CountryCode
    channel: Slug
    lines: tuple[OrderLine, ...]
    total: Money
    status: Status = Status.PLACED


OrderEvent = OrderPlaced | OrderPaid | OrderCancelled


def decide(command: OrdersCommand, order: Order | None, today: date) -> Sequence[OrderEvent]:
    """Raises RefusedError for what is not valid, or does not fit what became of the order."""
    match command:
        case PlaceOrder():
            _check(out_of_range(today, placed_on=command.placed_on), _problems(command))
            return [_placed(command)]
        case PayOrder():
            return [_paid(command, _existing(order), today)]
        case CancelOrder():
            return _cancelled(command, _existing(order), today)
        case _:
            assert_never(command)


def evolve(order: Order | None, event: OrderEvent) -> Order:
    match event:
        case OrderPlaced():
            return Order.model_validate(event.model_dump())
        case OrderPaid():
            return _existing(order).model_copy(update={"status": Status.PAID})
        case OrderCancelled():
            return _existing(order).model_copy(update={"status": Status.CANCELLED})
        case _:
            assert_never(event)


def _placed(command: PlaceOrder) -> OrderPlaced:
    return OrderPlaced(
        placed_on=command.placed_on,
        producer_id=command.producer_id,
        buyer_id=command.buyer_id,
        country=command.country,
        channel=command.channel,
        lines=tuple(map(_line, command.lines)),
        total=_money(command.total),
    )


def _line(goods: OrderedGoods) -> OrderLine:
    return OrderLine(
        product=Product(
            hs_code=goods.hs_code,
            hs_edition=harmonized_system.EDITION,
            product_group=crafts.product_group(goods.hs_code),
            chain=goods.chain,
        ),
        quantity=Quantity(value=goods.quantity.value, unit=goods.quantity.unit),
        price=_money(goods.price),
    )


def _paid(command: PayOrder, order: Order, today: date) -> OrderPaid:
    if order.status is not Status.PLACED:
        raise refused(Refusal.CONFLICT, f"order_{order.status}", "id", f"is {order.status} already")
    _check(
        out_of_range(today, paid_on=command.paid_on),
        _not_before(order, "paid_on", command.paid_on),
        _same_currency("amount.currency", command.amount, order.total),
        _in_full(command.amount, order.total),
    )
    return OrderPaid(
        paid_on=command.paid_on,
        amount=_money(command.amount),
        method=command.method,
        payment_reference=command.payment_reference,
    )


def _cancelled(command: CancelOrder, order: Order, today: date) -> list[OrderCancelled]:
    if order.status is Status.CANCELLED:
        return []
    if order.status is Status.PAID:
        raise refused(Refusal.CONFLICT, "order_paid", "id", "is paid: it cannot be cancelled")
    _check(
        out_of_range(today, cancelled_on=command.cancelled_on),
        _not_before(order, "cancelled_on", command.cancelled_on),
    )
    return [OrderCancelled(cancelled_on=command.cancelled_on, reason=command.reason)]


def _check(*found: Iterable[Problem]) -> None:
    """Raises RefusedError with all problems found."""
    if problems := tuple(chain.from_iterable(found)):
        raise RefusedError(Refusal.INVALID, *problems)


def _problems(command: PlaceOrder) -> Iterator[Problem]:
    if not countries.is_partner(command.country):
        yield Problem("country_unknown", "country", f"{command.country} is no country of ISO 3166")
    for index, goods in enumerate(command.lines):
        yield from _line_problems(f"lines.{index}", goods)
        yield from _same_currency(f"lines.{index}.price.currency", goods.price, command.total)
    yield from _total_problems(command.total, _sum_of_prices(command.lines))


def _total_problems(total: Money, due: Decimal) -> Iterator[Problem]:
    if not currencies.is_currency(total.currency):
        yield Problem(
            "currency_unknown", "total.currency", f"{total.currency} is no currency of ISO 4217"
        )
    if total.amount == 0:
        yield Problem("price_zero", "total.amount", "an order of no value cannot be paid")
    if total.amount != due:
        yield Problem("total_differs", "total.amount", f"the lines add up to {due:f}")


def _line_problems(field: str, goods: OrderedGoods) -> Iterator[Problem]:
    code, unit = goods.hs_code, goods.quantity.unit
    if not harmonized_system.is_valid(code):
        yield Problem("hs_code_unknown", f"{field}.hs_code", f"{code} is no code of HS 2022")
    if goods.chain != "unknown" and not chains.is_chain(goods.chain):
        yield Problem("chain_unknown", f"{field}.chain", f"{goods.chain} is no production chain")
    if not units.is_unit(unit):
        yield Problem("unit_unknown", f"{field}.quantity.unit", f"{unit} is no unit of HS")
    if goods.quantity.value == 0:
        yield Problem("quantity_zero", f"{field}.quantity.value", "must be above zero")


def _same_currency(field: str, money: Money, total: Money) -> Iterator[Problem]:
    if money.currency != total.currency:
        yield Problem("currency_differs", field, f"the order's total is in {total.currency}")


def _in_full(amount: Money, total: Money) -> Iterator[Problem]:
    if amount.amount != total.amount:
        yield Problem("amount_differs", "amount.amount", f"must be the total, {total.amount:f}")


def _not_before(order: Order, field: str, day: date) -> Iterator[Problem]:
    if day < order.placed_on:
        yield Problem("date_before_order", field, f"the order was placed on {order.placed_on}")


def _sum_of_prices(lines: Sequence[OrderedGoods]) -> Decimal:
    return reduce(_EXACT.add, (goods.price.amount for goods in lines), Decimal(0))


def _money(stated: Money) -> Money:
    return Money(amount=stated.amount, currency=stated.currency)


def _existing(order: Order | None) -> Order:
    if order is None:
        raise refused(Refusal.NOT_FOUND, "not_found", "id", "no such order")
    return order
