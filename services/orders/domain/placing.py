"""What may be ordered."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from contracts.dates import out_of_range
from contracts.orders import OrderLine, OrderPlaced
from contracts.problem import Problem
from contracts.reference import chains, countries, crafts, currencies, harmonized_system, units
from contracts.values import Money, Product, Quantity
from services.orders.commands import OrderedGoods, PlaceOrder
from services.orders.domain.checks import check, money, same_currency
from services.orders.domain.state import total


def placed(command: PlaceOrder, today: date) -> OrderPlaced:
    check(out_of_range(today, placed_on=command.placed_on), _problems(command))
    return OrderPlaced(
        placed_on=command.placed_on,
        producer_id=command.producer_id,
        buyer_id=command.buyer_id,
        country=command.country,
        channel=command.channel,
        lines=tuple(map(_line, command.lines)),
        total=money(command.total),
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
        price=money(goods.price),
    )


def _problems(command: PlaceOrder) -> Iterator[Problem]:
    if not countries.is_partner(command.country):
        yield Problem("country_unknown", "country", f"{command.country} is no country of ISO 3166")
    for index, goods in enumerate(command.lines):
        yield from _line_problems(f"lines.{index}", goods)
        yield from same_currency(f"lines.{index}.price.currency", goods.price, command.total)
    yield from _total_problems(command.total, total(goods.price.amount for goods in command.lines))


def _total_problems(stated: Money, due: Decimal) -> Iterator[Problem]:
    if not currencies.is_currency(stated.currency):
        yield Problem(
            "currency_unknown", "total.currency", f"{stated.currency} is no currency of ISO 4217"
        )
    if stated.amount == 0:
        yield Problem("price_zero", "total.amount", "an order of no value cannot be paid")
    if stated.amount != due:
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
